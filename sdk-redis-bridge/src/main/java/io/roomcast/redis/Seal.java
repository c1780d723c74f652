package io.roomcast.redis;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what goes into Redis and checks what comes out, with HMAC-SHA256 (RFC 2104) cut to {@value #SIZE} bytes over the place
 * and the bytes. The place, a channel or a room, keeps what was said in one room from being repeated in another. Safe to use
 * from any thread; keeps as many {@link Mac}s for every key as were in use at once.
 */
final class Seal {

    static final int SIZE = 16;
    static final int LEAST_KEY = 16;

    private static final String ALGORITHM = "HmacSHA256";

    /** The first one signs, all are accepted. Empty: nothing is signed and nothing checked. */
    private final List<SecretKeySpec> keys = new ArrayList<>();

    /** Not in use. Not one a thread: callers sign too, and they may be many and short-lived. */
    private final Queue<List<Mac>> spare = new ConcurrentLinkedQueue<>();

    Seal(List<byte[]> keys) {
        keys.forEach(key -> this.keys.add(new SecretKeySpec(key, ALGORITHM)));
    }

    boolean signs() {
        return !keys.isEmpty();
    }

    byte[] sign(byte[] place, byte[] bytes, int length) {
        List<Mac> macs = take();
        try {
            return sum(macs.get(0), place, bytes, 0, length);
        } finally {
            spare.add(macs);
        }
    }

    boolean fits(byte[] place, byte[] bytes, int from, int end) {
        byte[] given = Arrays.copyOfRange(bytes, end, end + SIZE);
        List<Mac> macs = take();
        try {
            for (Mac mac : macs) {
                if (MessageDigest.isEqual(given, sum(mac, place, bytes, from, end - from))) {
                    return true;
                }
            }
            return false;
        } finally {
            spare.add(macs);
        }
    }

    static byte[] place(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] sum(Mac mac, byte[] place, byte[] bytes, int from, int length) {
        mac.update(place);
        mac.update((byte) 0);
        mac.update(bytes, from, length);
        return Arrays.copyOf(mac.doFinal(), SIZE);
    }

    private List<Mac> take() {
        List<Mac> macs = spare.poll();
        return macs == null ? newMacs() : macs;
    }

    private List<Mac> newMacs() {
        try {
            List<Mac> made = new ArrayList<>();
            for (SecretKeySpec key : keys) {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(key);
                made.add(mac);
            }
            return made;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(ALGORITHM + " is in every JDK", missing);
        }
    }
}
