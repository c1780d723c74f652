package io.roomcast.benchmarks.bridge;

import java.nio.charset.StandardCharsets;

/** What is sent, the same for all that are compared. */
final class Messages {

    static final int BYTES = 128;
    static final int ROOMS = 100;
    /** Under way at once at most; less than the bridge's queue. */
    static final int WINDOW = 16_384;

    private Messages() {}

    static String room(int number) {
        return "room/" + number % ROOMS;
    }

    /** A channel that is no room of the bridge. */
    static byte[] plainChannel(int number) {
        return ("plain/" + number % ROOMS).getBytes(StandardCharsets.UTF_8);
    }
}
