package io.roomcast.runtime.transport.websocket;

import io.roomcast.Limits;

/**
 * The bounds of one connection; all connections of a transport share one.
 *
 * @param maxMessageBytes of one message, all its fragments together
 * @param maxFragments frames a message may have
 * @param maxControlFramesPerSecond pings and pongs, on average; twice that at once
 * @param writeTimeoutMillis how long the network may take nothing
 * @param closeTimeoutMillis how long the closing handshake may take
 */
public record ConnectionLimits(
        int maxMessageBytes,
        int maxFragments,
        int maxControlFramesPerSecond,
        long writeTimeoutMillis,
        long closeTimeoutMillis) {

    /** Returns those of a node's limits that concern a connection. */
    public static ConnectionLimits of(Limits limits) {
        return new ConnectionLimits(
                limits.maxMessageBytes(),
                limits.maxFragments(),
                limits.maxControlFramesPerSecond(),
                Math.max(1, limits.writeTimeout().toMillis()),
                Math.max(1, limits.closeTimeout().toMillis()));
    }
}
