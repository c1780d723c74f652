package io.roomcast.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.result.Finding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three peers with one room each, on two nodes. */
class DeliveryOracleTest {

    private static final int ROOM = 5;
    private static final int SENDER = 9;

    private final long[] nanos = {0};
    private final Findings findings = new Findings(() -> nanos[0]);
    private final DeliveryOracle oracle =
            new DeliveryOracle(1, true, () -> nanos[0], 1000, room -> "room " + room, findings, Trace.NOBODY);

    @BeforeEach
    void twoAreIn() {
        oracle.peers(3);
        oracle.joining(0, ROOM, 1);
        oracle.joined(0);
        oracle.joining(1, ROOM, 2);
        oracle.joined(1);
    }

    private void say(int serial) {
        oracle.broadcast(1, ROOM, SENDER, serial, Audience.EVERYBODY);
    }

    private List<String> kinds() {
        List<String> kinds = new ArrayList<>();
        findings.kept().stream().map(Finding::kind).forEach(kinds::add);
        return kinds;
    }

    @Test
    void whatArrivesOnceAndInOrderIsFine() {
        say(1);
        say(2);
        oracle.received(0, SENDER, 1);
        oracle.received(1, SENDER, 1);
        oracle.received(0, SENDER, 2);
        oracle.received(1, SENDER, 2);
        oracle.finish();
        assertThat(kinds()).isEmpty();
        assertThat(oracle.owed()).isEqualTo(4);
        assertThat(oracle.fingerprint(0)).isEqualTo(oracle.fingerprint(1)).isNotZero();
    }

    @Test
    void whatNeverArrivesIsLost() {
        say(1);
        oracle.received(0, SENDER, 1);
        oracle.finish();
        assertThat(kinds()).containsExactly("lost");
    }

    @Test
    void whatArrivesTwiceIsUnexpected() {
        say(1);
        oracle.received(0, SENDER, 1);
        oracle.received(0, SENDER, 1);
        assertThat(kinds()).containsExactly("unexpected");
    }

    @Test
    void whatOvertakesIsOutOfOrder() {
        say(1);
        say(2);
        oracle.received(0, SENDER, 2);
        assertThat(kinds()).containsExactly("out-of-order");
    }

    @Test
    void messagesOfTwoNodesMayOvertakeEachOther() {
        say(1);
        oracle.broadcast(2, ROOM, SENDER, 2, Audience.EVERYBODY);
        oracle.received(0, SENDER, 2);
        oracle.received(0, SENDER, 1);
        assertThat(kinds()).isEmpty();
    }

    @Test
    void whoJoinsMayGetItOrNot() {
        oracle.joining(2, ROOM, 1);
        say(1);
        oracle.joined(2);
        oracle.received(0, SENDER, 1);
        oracle.received(1, SENDER, 1);
        oracle.finish();
        assertThat(kinds()).isEmpty();
        assertThat(oracle.permitted()).isEqualTo(1);
    }

    @Test
    void whatIsBetweenNodesMayReachWhoJoinsTheOther() {
        say(1);
        oracle.joining(2, ROOM, 2);
        oracle.joined(2);
        oracle.received(2, SENDER, 1);
        assertThat(kinds()).isEmpty();
    }

    @Test
    void whatIsNoMoreBetweenNodesMayNot() {
        say(1);
        oracle.quiet();
        oracle.joining(2, ROOM, 2);
        oracle.joined(2);
        oracle.received(2, SENDER, 1);
        assertThat(kinds()).containsExactly("unexpected");
    }

    @Test
    void whoLeavesNeedNotGetWhatIsOnTheWay() {
        say(1);
        oracle.leaving(0);
        oracle.out(0);
        oracle.received(1, SENDER, 1);
        oracle.finish();
        assertThat(kinds()).isEmpty();
    }

    @Test
    void whatIsOverdueWhenAPeerLeavesIsLost() {
        say(1);
        nanos[0] = 5_000_000_000L;
        oracle.leaving(0);
        assertThat(kinds()).containsExactly("lost");
    }

    @Test
    void nothingComesAfterLeft() {
        say(1);
        oracle.leaving(0);
        oracle.out(0);
        oracle.received(0, SENDER, 1);
        assertThat(kinds()).containsExactly("unexpected");
    }

    @Test
    void whoIsLeftOutMustNotGetIt() {
        oracle.broadcast(1, ROOM, SENDER, 1, new Audience(new int[] {0}, null, true));
        oracle.received(0, SENDER, 1);
        assertThat(kinds()).containsExactly("unexpected");
    }

    @Test
    void whatAFaultTakesIsNotOwedAndItsNoticeIs() {
        say(1);
        oracle.lost(2, ROOM, SENDER, 1, false);
        oracle.gapDue(2, ROOM, 1);
        oracle.received(0, SENDER, 1);
        oracle.finish();
        assertThat(kinds()).containsExactly("gap");
    }

    @Test
    void aNoticeThatIsNotDueIsFound() {
        oracle.gap(1, 3);
        assertThat(kinds()).containsExactly("gap");
    }
}
