package io.roomcast.testkit.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.bridge.LocalHub;
import io.roomcast.testkit.RecordingBridgeListener;
import io.roomcast.testkit.StampedEnvelope;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OwnBridgeTest {

    private final LocalHub hub = LocalHub.create();

    private Bridge newBridge() {
        return hub.bridge();
    }

    @Test
    void whatOneNodePublishesTheOtherGetsInOrder() {
        RecordingBridgeListener two = new RecordingBridgeListener("node two", Duration.ofSeconds(10));
        try (Bridge first = newBridge();
                Bridge second = newBridge()) {
            first.start("one", new RecordingBridgeListener("node one", Duration.ofSeconds(10)));
            second.start("two", two);
            second.subscribe("chat/jazz").toCompletableFuture().join();
            for (int number = 1; number <= 1_000; number++) {
                first.publish("chat/jazz", StampedEnvelope.bytes("one", number));
            }
            two.expectNodeJoined("one");
            two.expectStamped("chat/jazz", "one", 1, 1_000);
        }
        assertThat(two.violations()).isEmpty();
    }
}
