package io.roomcast.testkit;

import java.nio.charset.StandardCharsets;

/**
 * A request as a peer got it.
 *
 * @param id what the answer names
 * @param room the room's name, empty for a request outside rooms
 * @param from the id of the peer it names as its sender, empty for none
 * @param payload not a copy
 */
public record ReceivedRequest(int id, String room, String event, String from, byte[] payload) {

    /** Returns the payload as text. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return id + " " + room + " " + event + ": " + text();
    }
}
