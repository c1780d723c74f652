package io.roomcast.runtime.transport.memory;

import io.roomcast.Limits;

/**
 * How in-memory connections behave.
 *
 * @param limits those that a transport enforces: message size, close timeout
 * @param networkBytes how much of what the server sends the "network" takes from it before the client reads
 */
public record MemorySettings(Limits limits, int networkBytes) {

    /** What a loopback socket takes, roughly. */
    public static final int DEFAULT_NETWORK_BYTES = 256 * 1024;

    /** Returns the settings for these limits with everything else at its default. */
    public static MemorySettings of(Limits limits) {
        return new MemorySettings(limits, DEFAULT_NETWORK_BYTES);
    }
}
