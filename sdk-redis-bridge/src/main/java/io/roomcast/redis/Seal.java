package io.roomcast.redis;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what goes into Redis and checks what comes out, with HMAC-SHA256 (RFC 2104) cut to {@value #SIZE} bytes over the place
 * and the bytes. The place, a channel or a room, keeps what was said in one room from being repeated in another. Safe to use
 * from any thread; meant for the bridge's own, since each keeps a {@link Mac} for every key.
 */
final class Seal {

    static final int SIZE = 16;
    static final int LEAST_KEY = 16;

    private static final String ALGORITHM = "HmacSHA256";

    /** The first one signs, all are accepted. Empty: nothing is signed and nothing checked. */
    private final List<SecretKeySpec> keys = new ArrayList<>();

    private final ThreadLocal<List<Mac>> macs = ThreadLocal.withInitial(this::newMacs);

    Seal(List<byte[]> keys) {
        keys.forEach(key -> this.keys.add(new SecretKeySpec(key, ALGORITHM)));
    }

    boolean signs() {
        return !keys.isEmpty();
    }

    byte[] sign(byte[] place, byte[] bytes, int length) {
        return sum(macs.get().get(0), place, bytes, 0, length);
    }

    boolean fits(byte[] place, byte[] bytes, int from, int end) {
        byte[] given = Arrays.copyOfRange(bytes, end, end + SIZE);
        for (Mac mac : macs.get()) {
            if (MessageDigest.isEqual(given, sum(mac, place, bytes, from, end - from))) {
                return true;
            }
        }
        return false;
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
