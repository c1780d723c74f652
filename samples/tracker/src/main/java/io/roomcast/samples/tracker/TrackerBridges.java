package io.roomcast.samples.tracker;

import io.roomcast.RoomcastException;
import io.roomcast.bridge.Bridge;
import io.roomcast.redis.RedisBridge;
import io.roomcast.runtime.bridge.LocalHub;
import io.roomcast.testkit.redis.RedisServer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the bridges of the nodes: in this JVM, or over a Redis, which it may have started itself and then stops. */
final class TrackerBridges implements Supplier<Bridge>, AutoCloseable {

    private final Supplier<Bridge> bridges;
    private final String description;
    private final @Nullable RedisServer own;

    private TrackerBridges(Supplier<Bridge> bridges, String description, @Nullable RedisServer own) {
        this.bridges = bridges;
        this.description = description;
        this.own = own;
    }

    /**
     * Makes what was asked for on the command line.
     *
     * @throws IllegalArgumentException if the URI is wrong
     * @throws RoomcastException if no Redis can be started
     */
    static TrackerBridges of(TrackerOptions options) {
        String redis = options.redis();
        if (redis == null) {
            LocalHub hub = LocalHub.create();
            return new TrackerBridges(hub::bridge, "The nodes are joined in this JVM.", null);
        }
        if (!redis.equals(TrackerOptions.OWN_REDIS)) {
            RedisBridge.builder(redis);
            return new TrackerBridges(
                    () -> RedisBridge.connect(redis), "The nodes are joined over the Redis that was given.", null);
        }
        try {
            RedisServer started = RedisServer.start();
            return new TrackerBridges(
                    () -> RedisBridge.connect(started.uri()),
                    "The nodes are joined over a Redis of their own, " + started.uri() + ".",
                    started);
        } catch (IllegalStateException none) {
            throw new RoomcastException("no Redis to start: " + none.getMessage(), none);
        }
    }

    @Override
    public Bridge get() {
        return bridges.get();
    }

    /** Says how the nodes are joined, for people. */
    String description() {
        return description;
    }

    /** Stops what it started; after the nodes. */
    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
