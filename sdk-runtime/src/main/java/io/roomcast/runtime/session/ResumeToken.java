package io.roomcast.runtime.session;

import org.jspecify.annotations.Nullable;

/**
 * What a client shows to go on with a session. Clients do not look into it.
 *
 * @param nodeId where the session was when the token was given
 * @param secret 128 random bits
 */
record ResumeToken(String nodeId, String peerId, String secret) {

    private static final char SEPARATOR = '.';

    /** Reads a token; returns null if it is none. */
    static @Nullable ResumeToken parse(String text) {
        int first = text.indexOf(SEPARATOR);
        int last = text.lastIndexOf(SEPARATOR);
        return first > 0 && last > first + 1 && last < text.length() - 1
                ? new ResumeToken(text.substring(0, first), text.substring(first + 1, last), text.substring(last + 1))
                : null;
    }

    String text() {
        return nodeId + SEPARATOR + peerId + SEPARATOR + secret;
    }

    /** Leaves out the secret. */
    @Override
    public String toString() {
        return "ResumeToken[" + peerId + "]";
    }
}
