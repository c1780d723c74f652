package io.roomcast.runtime.wire;

import org.jspecify.annotations.Nullable;

/** One frame as {@link ClientFrames} was told of it; payloads in hexadecimal. */
sealed interface ClientFrame {

    record Hello(String agent, String token, boolean resumable, String resume, long received, int attempt)
            implements ClientFrame {

        Hello(String agent, String token) {
            this(agent, token, false, "", 0, 0);
        }
    }

    record Ack(long received) implements ClientFrame {}

    record Join(
            String room, int ref, String payload, @Nullable RecoveryPoint recover) implements ClientFrame {}

    record Leave(int number, @Nullable String name, int ref) implements ClientFrame {}

    record Sent(
            int number,
            @Nullable String name,
            String event,
            @Nullable String to,
            String payload) implements ClientFrame {}

    record Data(int route, String payload) implements ClientFrame {}

    record Asked(int number, @Nullable String name, String event, int id, int timeoutMillis, String payload)
            implements ClientFrame {}

    record Reply(int id, int code, String reason, String payload) implements ClientFrame {}

    record Cancel(int id) implements ClientFrame {}

    record Ping(int ref) implements ClientFrame {}

    record PageWanted(int number, @Nullable String name, int ref, String epoch, long after, int limit)
            implements ClientFrame {}

    record Unknown() implements ClientFrame {}
}
