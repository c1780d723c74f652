package io.roomcast.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Identity;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ResumptionTest {

    private final Resumption resumption = new Resumption("first");

    @Test
    void onlyItsSecretOpensIt() {
        assertThat(resumption.opensTo("first")).isTrue();
        assertThat(resumption.opensTo("second")).isFalse();
        assertThat(resumption.opensTo("firs")).isFalse();
        assertThat(resumption.opensTo("")).isFalse();
    }

    @Test
    void theSecretThatWasShownStaysGoodUntilTheClientWasHeard() {
        resumption.renew("first", "second");
        assertThat(resumption.opensTo("first")).isTrue();
        assertThat(resumption.opensTo("second")).isTrue();
        resumption.heard();
        assertThat(resumption.opensTo("first")).isFalse();
        assertThat(resumption.opensTo("second")).isTrue();
    }

    @Test
    void aSecretThatNeverReachedTheClientIsForgotten() {
        resumption.renew("first", "second");
        // The client did not get the second: it shows the first again.
        resumption.renew("first", "third");
        assertThat(resumption.opensTo("second")).isFalse();
        assertThat(resumption.opensTo("first")).isTrue();
        assertThat(resumption.opensTo("third")).isTrue();
    }

    @Test
    void anAttemptThatIsNotNewerThanOneBeforeIsRefused() {
        assertThat(resumption.isNewest(1)).isTrue();
        resumption.attempted(3);
        assertThat(resumption.isNewest(3)).isFalse();
        assertThat(resumption.isNewest(2)).isFalse();
        assertThat(resumption.isNewest(4)).isTrue();
        // A client that does not count.
        assertThat(resumption.isNewest(0)).isTrue();
        resumption.attempted(0);
        assertThat(resumption.isNewest(3)).isFalse();
        // The wire has 32 bits without a sign.
        resumption.attempted(Integer.MAX_VALUE);
        assertThat(resumption.isNewest(Integer.MIN_VALUE)).isTrue();
        assertThat(resumption.isNewest(-1)).isTrue();
    }

    @Test
    void framesAreAcknowledgedAfter128() {
        for (int i = 1; i < 128; i++) {
            resumption.count();
            assertThat(resumption.isAckDue(1)).isFalse();
        }
        resumption.count();
        assertThat(resumption.isAckDue(1)).isTrue();
        resumption.acknowledged();
        assertThat(resumption.isAckDue(1)).isFalse();
        assertThat(resumption.received()).isEqualTo(128);
    }

    @Test
    void bytesAreAcknowledgedAfter64KiB() {
        resumption.count();
        assertThat(resumption.isAckDue(65_535)).isFalse();
        assertThat(resumption.isAckDue(1)).isTrue();
        resumption.acknowledged();
        resumption.count();
        assertThat(resumption.isAckDue(65_535)).isFalse();
    }

    @Test
    void aSingleFrameIsAcknowledgedWithinASecondByOneTimer() {
        assertThat(Resumption.ACK_MILLIS + 100)
                .as("with the 100 ms that a timer may be late")
                .isLessThanOrEqualTo(1000);
        assertThat(resumption.needsAckTimer()).isFalse();
        resumption.count();
        assertThat(resumption.needsAckTimer()).isTrue();
        AtomicInteger cancelled = new AtomicInteger();
        resumption.ackLater(cancelled::incrementAndGet);
        resumption.count();
        assertThat(resumption.needsAckTimer()).isFalse();
        resumption.acknowledged();
        assertThat(cancelled).hasValue(1);
        assertThat(resumption.needsAckTimer()).isFalse();
        resumption.count();
        assertThat(resumption.needsAckTimer()).isTrue();
    }

    @Test
    void itsTimersStopTogether() {
        AtomicInteger cancelled = new AtomicInteger();
        resumption.count();
        resumption.ackLater(cancelled::incrementAndGet);
        resumption.giveUpLater(cancelled::incrementAndGet);
        resumption.stopTimers();
        resumption.stopTimers();
        assertThat(cancelled).hasValue(2);
        assertThat(resumption.needsAckTimer()).as("on the next loop").isTrue();
    }

    @Test
    void theCountOfAnotherNodeGoesOnWithoutAnAcknowledgement() {
        resumption.continueFrom(1_000, 0, new Claim("peer", "shown", Identity.anonymous(), "roomcast.v1.json", 0, 3));
        assertThat(resumption.isAckDue(1_000_000)).isFalse();
        resumption.count();
        assertThat(resumption.received()).isEqualTo(1_001);
        assertThat(resumption.opensTo("shown"))
                .as("the claim may have to be repeated")
                .isTrue();
        assertThat(resumption.isNewest(3)).isFalse();
        assertThat(resumption.isNewest(4)).isTrue();
    }
}
