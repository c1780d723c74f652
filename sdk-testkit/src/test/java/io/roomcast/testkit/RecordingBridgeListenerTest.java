package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeState;
import io.roomcast.runtime.bridge.LocalHub;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The listener for tests of bridges, at the in-process bridge and at bridges that do wrong. */
class RecordingBridgeListenerTest {

    private static final Duration MOMENT = Duration.ofMillis(20);

    private final RecordingBridgeListener ann = new RecordingBridgeListener("ann", Duration.ofSeconds(10));
    private final RecordingBridgeListener bob = new RecordingBridgeListener("bob", Duration.ofSeconds(10));
    private final RecordingBridgeListener hasty = new RecordingBridgeListener("hasty", MOMENT);

    @Test
    void itFollowsABridge() {
        LocalHub hub = LocalHub.create();
        try (Bridge one = hub.bridge();
                Bridge two = hub.bridge()) {
            one.start("node-a", ann);
            two.start("node-b", bob);
            ann.expectState(BridgeState.UP);
            ann.expectNodeJoined("node-b");
            bob.expectNodeJoined("node-a");
            two.subscribe("jazz").toCompletableFuture().join();
            for (int number = 1; number <= 100; number++) {
                one.publish("jazz", StampedEnvelope.bytes("ann", number, number * 10));
            }
            bob.expectStamped("jazz", "ann", 1, 100);
            bob.expectNoEnvelope("jazz", MOMENT);
            one.publish("jazz", new byte[] {1, 2, 3});
            bob.expectEnvelope("jazz", new byte[] {1, 2, 3});
            one.close();
            bob.expectNodeLost("node-a");
            assertThat(ann.envelopes("jazz")).isEmpty();
            assertThat(bob.envelopes("jazz")).hasSize(101);
        }
        assertThat(ann.violations()).isEmpty();
        assertThat(bob.violations()).isEmpty();
    }

    @Test
    void aMissingADoubledAndASwappedEnvelopeAreNamed() {
        for (int number : new int[] {1, 2, 4}) {
            hasty.onEnvelope("jazz", StampedEnvelope.bytes("ann", number));
        }
        assertThatThrownBy(() -> hasty.expectStamped("jazz", "ann", 1, 4))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("hasty expected envelope #3 of ann in room jazz, and #4 came.\n"
                        + "hasty was told, in order:\n")
                .hasMessageContaining("envelope jazz: ann #4 (");
        hasty.onEnvelope("rock", StampedEnvelope.bytes("ann", 1));
        hasty.onEnvelope("rock", StampedEnvelope.bytes("ann", 1));
        assertThatThrownBy(() -> hasty.expectStamped("rock", "ann", 1, 2))
                .hasMessageContaining("#2 of ann in room rock, and #1");
    }

    @Test
    void whatDoesNotComeAndWhatShouldNotAreSaid() {
        assertThatThrownBy(() -> hasty.expectEnvelope("jazz"))
                .hasMessage("hasty expected an envelope of room jazz, and was not told within 20 ms.\n"
                        + "hasty was told nothing");
        hasty.onEnvelope("jazz", new byte[] {'h', 'i'});
        assertThatThrownBy(() -> hasty.expectNoEnvelope("jazz", MOMENT))
                .hasMessageStartingWith("hasty expected no envelope of room jazz, and one came.");
        assertThatThrownBy(() -> hasty.expectEnvelope("jazz", new byte[] {'h', 'o'}))
                .hasMessageContaining("to be \"ho\", and it is \"hi\"");
    }

    @Test
    void brokenPromisesAreKept() throws Exception {
        hasty.onNodeJoined("x");
        hasty.onNodeJoined("x");
        hasty.onNodeLost("y");
        hasty.onState(BridgeState.UP);
        hasty.onState(BridgeState.UP);
        assertThat(hasty.violations())
                .isEqualTo(List.of(
                        "node x joined twice",
                        "node y was lost and had not joined",
                        "state UP was told twice in a row"));
    }

    @Test
    void anEnvelopeThatWasChangedIsNoEnvelope() {
        byte[] envelope = StampedEnvelope.bytes("ann", 7, 500);
        assertThat(StampedEnvelope.read(envelope)).contains(new StampedEnvelope("ann", 7, 500));
        for (int i = 0; i < envelope.length; i++) {
            byte[] changed = envelope.clone();
            changed[i] ^= 0x10;
            assertThat(StampedEnvelope.read(changed))
                    .as("byte %d changed", i)
                    .isNotEqualTo(StampedEnvelope.read(envelope));
        }
        assertThat(StampedEnvelope.read(new byte[3])).isEmpty();
    }
}
