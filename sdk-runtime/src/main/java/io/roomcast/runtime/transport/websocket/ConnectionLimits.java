package io.roomcast.runtime.transport.websocket;

import io.roomcast.Limits;
import io.roomcast.runtime.environment.RateLimit;
import java.util.concurrent.TimeUnit;

/**
 * The bounds of one connection; all connections of a transport share one.
 *
 * @param maxMessageBytes of one message, all its fragments together
 * @param maxFragments frames a message may have
 * @param controlFrames how many pings and pongs
 * @param writeTimeoutMillis how long the network may take nothing
 * @param closeTimeoutMillis how long the closing handshake may take
 */
public record ConnectionLimits(
        int maxMessageBytes,
        int maxFragments,
        RateLimit controlFrames,
        long writeTimeoutMillis,
        long closeTimeoutMillis) {

    /** Returns those of a node's limits that concern a connection. */
    public static ConnectionLimits of(Limits limits) {
        return new ConnectionLimits(
                limits.maxMessageBytes(),
                limits.maxFragments(),
                new RateLimit(limits.maxControlFramesPerSecond(), TimeUnit.SECONDS.toNanos(1)),
                Math.max(1, limits.writeTimeout().toMillis()),
                Math.max(1, limits.closeTimeout().toMillis()));
    }
}
