package io.roomcast.testkit;

import java.nio.charset.StandardCharsets;

/**
 * A reply as a peer got it.
 *
 * @param id that of the request
 * @param code 0 for an answer, else why there is none
 * @param reason for people
 * @param payload not a copy
 */
public record ReceivedReply(int id, int code, String reason, byte[] payload) {

    /** Returns the payload as text. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return id + (code == 0 ? ": " + text() : " refused with " + code + " " + reason);
    }
}
