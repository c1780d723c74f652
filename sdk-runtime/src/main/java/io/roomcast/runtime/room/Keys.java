package io.roomcast.runtime.room;

import io.roomcast.DeliveryPolicy;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The rule for keys of messages. */
final class Keys {

    private Keys() {}

    /** Returns what is wrong with a key, or null. */
    static @Nullable String faultOf(String key) {
        // A char is at most three bytes of UTF-8.
        if (key.length() <= DeliveryPolicy.MAX_KEY_BYTES / 3) {
            return null;
        }
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        return bytes <= DeliveryPolicy.MAX_KEY_BYTES
                ? null
                : "key has " + bytes + " UTF-8 bytes, expected at most " + DeliveryPolicy.MAX_KEY_BYTES;
    }
}
