package io.roomcast.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.measure.Recorder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeliveryLedgerTest {

    private static final long MILLI = 1_000_000;
    private static final long TIMEOUT = Duration.ofSeconds(5).toNanos();
    private static final long TURN = 100 * MILLI;

    private final DeliveryLedger ledger = new DeliveryLedger(new Recorder(0, 1, 1), TIMEOUT, false);
    private long now;

    private void turnsFor(long nanos) {
        for (long passed = 0; passed < nanos; passed += TURN) {
            now += TURN;
            ledger.expire(now, false);
        }
    }

    private void send() {
        ledger.sent(1, 1, new RoomView("r"), null, 1, 0, now, now, 1);
    }

    @Test
    void whatDoesNotComeInTimeIsMissing() {
        turnsFor(TIMEOUT);
        now += 30 * MILLI;
        send();
        turnsFor(TIMEOUT - TURN);
        assertThat(ledger.checked().found()).isZero();
        now += TURN - 1;
        ledger.expire(now, false);
        assertThat(ledger.checked().found()).isZero();
        now++;
        ledger.expire(now, false);
        assertThat(ledger.checked().found()).isEqualTo(1);
        assertThat(ledger.isEmpty()).isTrue();
    }

    /** On a machine that had no time for this process what was sent before it stood still is unread, and not lost. */
    @Test
    void whileTheRunStandsStillNothingIsLate() {
        turnsFor(TIMEOUT);
        send();
        now += 3 * TIMEOUT;
        ledger.expire(now, false);
        assertThat(ledger.checked().found()).as("it may be there, unread").isZero();
        turnsFor(TIMEOUT - DeliveryLedger.MOST_BETWEEN_TURNS - TURN);
        assertThat(ledger.checked().found()).isZero();
        turnsFor(TURN);
        assertThat(ledger.checked().found()).as("it is not").isEqualTo(1);
    }
}
