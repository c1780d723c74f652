package io.roomcast.redis.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the test of killed nodes would find, if it were there. */
class LedgerTest {

    private final Ledger ledger = new Ledger();
    private final Ledger.Ear ear = ledger.ear("ann");

    @Test
    void aRunWithoutFaultsHasNoFindings() {
        ledger.entry("ann", "e", 1, "a");
        ledger.entry("ben", "e", 1, "a");
        ledger.logAcknowledged("a");
        say("v", 2);
        ear.hear("v.1");
        ear.hear("v.2");
        assertThat(ledger.conclude()).isEmpty();
        assertThat(ledger.logEnd()).isEqualTo(1);
    }

    @Test
    void anAcknowledgedEntryThatNobodyGetsIsFound() {
        ledger.logAcknowledged("a");
        assertThat(ledger.conclude()).containsExactly("1 acknowledged entries are not in the history, one is a");
    }

    @Test
    void anEntryThatStandsTwiceIsFound() {
        ledger.entry("ann", "e", 1, "a");
        ledger.entry("ann", "e", 2, "a");
        assertThat(ledger.findings()).containsExactly("the entry a stands in the history twice, now at 2");
    }

    @Test
    void anotherOrderIsFound() {
        ledger.entry("ann", "e", 1, "a");
        ledger.entry("ben", "e", 1, "b");
        assertThat(ledger.findings()).containsExactly("ben gets b at 1, where others got a");
    }

    @Test
    void aHoleAndAnotherEpochAreFound() {
        ledger.entry("ann", "e", 2, "b");
        ledger.entry("ann", "f", 1, "a");
        assertThat(ledger.findings())
                .containsExactly("ann gets b at 2, nobody has got 1", "ann gets a in epoch f, expected e");
    }

    @Test
    void aMessageThatComesTwiceOrLateIsFound() {
        say("v", 2);
        ear.hear("v.2");
        ear.hear("v.1");
        ear.hear("v.2");
        assertThat(ledger.findings()).hasSize(2).allMatch(finding -> finding.contains("after number 2"));
    }

    @Test
    void aLossInTheMiddleIsFoundUnlessItWasToldBeforeTheNextMessage() {
        say("v", 3);
        ear.hear("v.1");
        ear.hear("v.3");
        ear.lossTold();
        assertThat(ledger.conclude()).hasSize(1).allMatch(finding -> finding.contains("misses 1 of"));
    }

    @Test
    void aLossAtTheEndIsFoundUnlessItWasTold() {
        say("v", 3);
        ear.hear("v.1");
        assertThat(ledger.conclude()).hasSize(1).allMatch(finding -> finding.contains("misses 2 at the end"));
    }

    @Test
    void aLossThatWasToldIsNoFault() {
        say("v", 3);
        ear.hear("v.1");
        ear.lossTold();
        ear.hear("v.3");
        say("w", 1);
        ear.lossTold();
        assertThat(ledger.conclude()).isEmpty();
        assertThat(ledger.toString()).contains("2 missed");
    }

    @Test
    void whatWasNotAcknowledgedMayBeMissing() {
        ledger.begins("v");
        ledger.plainAcknowledged("v", 1);
        ledger.plainAcknowledged("v", 3);
        ear.hear("v.1");
        ear.hear("v.3");
        assertThat(ledger.conclude()).isEmpty();
    }

    private void say(String voice, int upTo) {
        ledger.begins(voice);
        for (int number = 1; number <= upTo; number++) {
            ledger.plainAcknowledged(voice, number);
        }
    }
}
