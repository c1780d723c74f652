package io.roomcast.benchmarks.bridge;

import io.roomcast.benchmarks.report.Figure;
import io.roomcast.bridge.BridgeState;
import io.roomcast.redis.RedisBridge;
import io.roomcast.testkit.redis.RedisServer;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** How long it takes until all rooms are subscribed again after the connections that listen were killed. */
record Resubscription(RedisServer redis, Usage usage, int rooms) {

    List<Figure> measure() {
        try (RedisBridge bridge = RedisBridge.connect(redis.uri());
                RedisBridge other = RedisBridge.connect(redis.uri())) {
            bridge.start("many", new CountingNode(false));
            other.start("other", new CountingNode(false));
            long before = usage.channels();
            CompletionStage<Void> last = bridge.subscribe("many/0");
            for (int room = 1; room < rooms; room++) {
                last = bridge.subscribe("many/" + room);
            }
            Waiting.join(last);
            Waiting.await("all are subscribed", () -> usage.channels() >= before + rooms);
            redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
            long begun = System.nanoTime();
            Waiting.await("they are gone", () -> bridge.state() != BridgeState.UP);
            Waiting.await("they are back", () -> bridge.state() == BridgeState.UP);
            return List.of(
                    new Figure("bridge-rooms", "resubscribed_ms", (System.nanoTime() - begun) / 1e6),
                    new Figure(
                            "bridge-rooms",
                            "nodes_suspected",
                            bridge.stats().suspects() + other.stats().suspects()));
        }
    }
}
