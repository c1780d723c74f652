package io.roomcast.testkit;

import io.roomcast.Codec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A message as a peer got it.
 *
 * @param room the room's name, empty for a message outside rooms
 * @param from the id of the peer it names as its sender, empty for none
 * @param payload not a copy
 */
public record Received(String room, String event, String from, byte[] payload) {

    /** Returns the payload as text. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Returns the payload as a value. */
    public <T> T decode(Codec<T> codec) {
        return codec.decode(ByteBuffer.wrap(payload).asReadOnlyBuffer());
    }

    @Override
    public String toString() {
        return room + " " + event + (from.isEmpty() ? "" : " from " + from) + ": " + text();
    }
}
