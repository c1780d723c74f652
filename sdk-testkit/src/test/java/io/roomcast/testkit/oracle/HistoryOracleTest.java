package io.roomcast.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.bridge.Retention;
import io.roomcast.testkit.result.Finding;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two peers, 0 and 1, in one room with history on two nodes; peer 9 speaks. */
class HistoryOracleTest {

    private static final int ROOM = 3;
    private static final int SPEAKER = 9;
    private static final String EPOCH = "e";
    private static final Retention SHORT = new Retention(3, Duration.ofMinutes(1));

    private final long[] nanos = {0};
    private final Findings findings = new Findings(() -> nanos[0]);
    private final DeliveryOracle deliveries =
            new DeliveryOracle(1, true, () -> nanos[0], 1000, room -> "room " + room, findings, Trace.NOBODY);
    private final HistoryOracle oracle = deliveries.history();

    @BeforeEach
    void twoAreIn() {
        oracle.identify(id -> id.charAt(0) - '0');
        oracle.recovers(1000, 1 << 20);
        deliveries.peers(3);
        in(0, 1);
        in(1, 2);
    }

    private void in(int peer, int node) {
        deliveries.joining(peer, ROOM, node);
        deliveries.joined(peer);
        oracle.joined(peer, peer + "-now", null, EPOCH, 0, false);
    }

    /** Peer 9 says its next message, which gets the next place. */
    private void say(int serial, String... except) {
        oracle.made(1, ROOM, SPEAKER, serial, false);
        oracle.appended(1, ROOM, EPOCH, serial, SPEAKER, serial, List.of(except), 24, SHORT);
    }

    private void gets(int peer, int... places) {
        for (int place : places) {
            oracle.received(peer, EPOCH, place, SPEAKER, place);
        }
    }

    private void comesBack(int peer, long place, boolean unrecoverable, long to) {
        deliveries.out(peer);
        deliveries.joining(peer, ROOM, 2);
        deliveries.joined(peer);
        oracle.joined(
                peer, peer + "-later", new HistoryOracle.Place(EPOCH, place, peer + "-now"), EPOCH, to, unrecoverable);
    }

    private List<String> kinds() {
        return findings.kept().stream().map(Finding::kind).toList();
    }

    @Test
    void everyPlaceOnceAndInOrderIsFine() {
        say(1);
        say(2);
        gets(0, 1, 2);
        gets(1, 1, 2);
        deliveries.finish();
        assertThat(kinds()).isEmpty();
        assertThat(oracle.isSettled()).isTrue();
        assertThat(oracle.arrived()).isEqualTo(4);
    }

    @Test
    void aPlaceThatIsSkippedIsLost() {
        say(1);
        say(2);
        gets(0, 2);
        assertThat(kinds()).containsExactly("lost");
    }

    @Test
    void thePlacesAtTheEndAreMissedToo() {
        say(1);
        gets(0, 1);
        assertThat(oracle.isSettled()).isFalse();
        deliveries.finish();
        assertThat(kinds()).containsExactly("lost");
        assertThat(findings.kept().get(0).peer()).isEqualTo(1);
    }

    @Test
    void aPlaceThatComesTwiceIsUnexpected() {
        say(1);
        gets(0, 1, 1);
        assertThat(kinds()).containsExactly("unexpected");
    }

    @Test
    void anotherMessageAtAPlaceIsOutOfOrder() {
        say(1);
        say(2);
        oracle.received(0, EPOCH, 1, SPEAKER, 2);
        assertThat(kinds()).containsExactly("out-of-order");
    }

    @Test
    void aPlaceThatTheHistoryDoesNotHaveIsFound() {
        gets(0, 1);
        assertThat(kinds()).containsExactly("history");
    }

    @Test
    void whatIsKeptFromAPeerLeavesAPlaceOut() {
        say(1, "0-now");
        say(2);
        gets(0, 2);
        gets(1, 1, 2);
        deliveries.finish();
        assertThat(kinds()).isEmpty();
    }

    @Test
    void whatIsKeptFromAPeerMustNotReachIt() {
        say(1, "0-now");
        gets(0, 1);
        assertThat(kinds()).containsExactly("unexpected");
    }

    @Test
    void whatWasKeptFromWhoItWasMustNotReachItEither() {
        say(1, "0-now");
        comesBack(0, 0, false, 0);
        gets(0, 1);
        assertThat(kinds()).containsExactly("unexpected");
    }

    @Test
    void whoComesBackGetsWhatItMissed() {
        say(1);
        gets(0, 1);
        say(2);
        comesBack(0, 1, false, 1);
        gets(0, 2);
        gets(1, 1, 2);
        deliveries.finish();
        assertThat(kinds()).isEmpty();
        assertThat(oracle.recoveries()).isEqualTo(1);
    }

    @Test
    void whoComesBackGoesOnWhereItWas() {
        say(1);
        say(2);
        gets(0, 1, 2);
        comesBack(0, 2, false, 1);
        assertThat(kinds()).containsExactly("history");
    }

    @Test
    void aRecoveryIsNotRefusedWhileTheHistoryHasWhatWasMissed() {
        say(1);
        gets(0, 1);
        say(2);
        comesBack(0, 1, true, 2);
        assertThat(kinds()).containsExactly("unrecoverable");
    }

    @Test
    void aRecoveryMayBeRefusedWhenTheHistoryHasForgotten() {
        for (int serial = 1; serial <= 5; serial++) {
            say(serial);
        }
        comesBack(0, 1, true, 5);
        assertThat(kinds()).isEmpty();
        assertThat(oracle.unrecoverable()).isEqualTo(1);
    }

    @Test
    void aLossIsToldWithWhatIsMissed() {
        say(1);
        say(2);
        say(3);
        oracle.lostTo(1, ROOM, EPOCH, 2, 2);
        deliveries.gap(0, 2);
        gets(0, 3);
        gets(1, 1, 2, 3);
        deliveries.finish();
        assertThat(kinds()).isEmpty();
    }

    @Test
    void aLossThatIsNotToldIsFound() {
        say(1);
        say(2);
        oracle.lostTo(1, ROOM, EPOCH, 1, 1);
        gets(0, 2);
        assertThat(kinds()).containsExactly("lost");
    }

    @Test
    void whoIsToldThatTheHistoryIsLostBeginsInTheNextEpoch() {
        say(1);
        gets(0, 1);
        oracle.lost(ROOM, "f");
        for (int peer = 0; peer <= 1; peer++) {
            deliveries.gap(peer, 0);
            oracle.position(peer, "f", 0);
        }
        oracle.made(1, ROOM, SPEAKER, 2, false);
        oracle.appended(1, ROOM, "f", 1, SPEAKER, 2, List.of(), 24, SHORT);
        oracle.received(0, "f", 1, SPEAKER, 2);
        assertThat(oracle.isSettled()).as("peer 1 has not got it").isFalse();
        oracle.received(1, "f", 1, SPEAKER, 2);
        assertThat(oracle.isSettled()).isTrue();
        deliveries.finish();
        assertThat(kinds()).isEmpty();
    }

    @Test
    void whoIsNotToldThatTheHistoryIsLostIsFound() {
        say(1);
        gets(0, 1);
        gets(1, 1);
        oracle.lost(ROOM, "f");
        assertThat(oracle.isSettled()).isFalse();
        deliveries.gap(0, 0);
        oracle.position(0, "f", 0);
        deliveries.finish();
        assertThat(kinds()).containsExactly("gap");
    }

    @Test
    void whoIsPutIntoAnotherEpochWithoutAWordIsFound() {
        oracle.lost(ROOM, "f");
        oracle.position(0, "f", 0);
        assertThat(kinds()).containsExactly("gap");
    }

    @Test
    void whoComesBackToAHistoryThatIsLostIsToldSoOrFound() {
        say(1);
        gets(0, 1);
        gets(1, 1);
        oracle.lost(ROOM, "f");
        deliveries.out(0);
        deliveries.joining(0, ROOM, 2);
        deliveries.joined(0);
        oracle.joined(0, "0-later", new HistoryOracle.Place(EPOCH, 1, "0-now"), "f", 0, true);
        assertThat(kinds()).isEmpty();
        deliveries.out(1);
        deliveries.joining(1, ROOM, 2);
        deliveries.joined(1);
        oracle.joined(1, "1-later", new HistoryOracle.Place(EPOCH, 1, "1-now"), "f", 0, false);
        assertThat(kinds()).containsExactly("history");
    }

    @Test
    void aGapThatNoLossExplainsIsFound() {
        deliveries.gap(0, 0);
        assertThat(kinds()).containsExactly("gap");
    }

    @Test
    void aBroadcastThatIsNeverAppendedIsLost() {
        oracle.made(1, ROOM, SPEAKER, 1, false);
        deliveries.finish();
        assertThat(kinds()).containsExactly("lost");
    }

    @Test
    void oneThatWasRefusedOrWhoseNodeIsGoneMayBe() {
        oracle.made(1, ROOM, SPEAKER, 1, false);
        assertThat(oracle.refused(1, ROOM, SPEAKER, 1)).isTrue();
        oracle.made(2, ROOM, SPEAKER, 2, false);
        oracle.nodeGone(2);
        deliveries.finish();
        assertThat(kinds()).isEmpty();
    }

    @Test
    void broadcastsOfOneNodeAreAppendedInOrder() {
        oracle.made(1, ROOM, SPEAKER, 1, false);
        oracle.made(1, ROOM, SPEAKER, 2, false);
        oracle.appended(1, ROOM, EPOCH, 1, SPEAKER, 2, List.of(), 24, SHORT);
        assertThat(kinds()).containsExactly("out-of-order");
    }

    @Test
    void aPageSaysWhatTheLogSays() {
        say(1, "0-now");
        say(2);
        gets(0, 2);
        oracle.page(0, page(new HistoryOracle.Item(2, SPEAKER, 2)));
        assertThat(kinds()).isEmpty();
        oracle.page(0, page(new HistoryOracle.Item(1, SPEAKER, 1), new HistoryOracle.Item(2, SPEAKER, 2)));
        assertThat(kinds()).containsExactly("unexpected");
        oracle.page(1, page(new HistoryOracle.Item(2, SPEAKER, 1)));
        assertThat(kinds()).containsExactly("unexpected", "history");
    }

    private static HistoryOracle.Page page(HistoryOracle.Item... items) {
        return new HistoryOracle.Page(EPOCH, 1, 2, 2, List.of(items));
    }
}
