package io.roomcast.testkit.socket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The opening handshake of RFC 6455 section 4, as a client does it. */
final class Handshake {

    static final int MOST_RESPONSE_BYTES = 16 * 1024;

    /** The key and its answer from RFC 6455 section 1.3: a generator needs no secrets. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String ACCEPT = "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=";

    private Handshake() {}

    static byte[] request(Target target, String subprotocol) {
        String request =
                "GET " + target.path() + " HTTP/1.1\r\nHost: " + target.host() + "\r\nOrigin: http://" + target.host()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                        + KEY + "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n";
        return request.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads the head of the server's response, and moves the position behind it; null, and nothing is read, while it is not all there. */
    static @Nullable String response(ByteBuffer bytes) {
        for (int i = bytes.position() + 3; i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n' && bytes.get(i - 2) == '\n') {
                byte[] head = new byte[i + 1 - bytes.position()];
                bytes.get(head);
                return new String(head, StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }

    /** Returns what a connection comes to that was answered so; null where it is open now. */
    static @Nullable Ending endingAfter(String response) {
        String status = response.lines().findFirst().orElse("");
        if (!status.startsWith("HTTP/1.1 ") || status.length() < 12) {
            return new Ending(Ending.Kind.VIOLATED, 0, "it answered the upgrade with \"" + status + "\"");
        }
        if (!status.startsWith("101", 9)) {
            String code = status.substring(9, 12);
            return new Ending(
                    Ending.Kind.REFUSED,
                    code.chars().allMatch(Character::isDigit) ? Integer.parseInt(code) : 0,
                    status);
        }
        return response.toLowerCase(Locale.ROOT).contains(ACCEPT)
                ? null
                : new Ending(Ending.Kind.VIOLATED, 0, "its Sec-WebSocket-Accept is not the answer to the key");
    }
}
