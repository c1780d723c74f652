package io.roomcast.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a listening connection is told: message, smessage, subscribe, ssubscribe, unsubscribe, sunsubscribe. */
record Said(byte[] kind, byte[] channel, @Nullable Object body) {

    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SHARD_MESSAGE = "smessage".getBytes(StandardCharsets.US_ASCII);

    static Said of(@Nullable Object reply) {
        if (reply instanceof List<?> parts
                && parts.size() >= 3
                && parts.get(0) instanceof byte[] kind
                && parts.get(1) instanceof byte[] channel) {
            return new Said(kind, channel, parts.get(2));
        }
        throw new Unheard("a listening connection was told " + reply);
    }

    boolean isMessage() {
        return body instanceof byte[] && (Arrays.equals(kind, MESSAGE) || Arrays.equals(kind, SHARD_MESSAGE));
    }

    byte[] payload() {
        return body instanceof byte[] payload ? payload : new byte[0];
    }

    String word() {
        return new String(kind, StandardCharsets.US_ASCII);
    }
}
