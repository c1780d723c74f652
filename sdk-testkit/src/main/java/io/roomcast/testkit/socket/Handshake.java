package io.roomcast.testkit.socket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The opening handshake of RFC 6455 section 4, as a client does it, and what becomes of it with servers that are something else. */
final class Handshake {

    static final int MOST_RESPONSE_BYTES = 16 * 1024;

    /** What there is to say of a connection that ended before there was an answer. */
    static final String UNANSWERED = "the server ended the connection before it answered the upgrade";

    /** The key and its answer from RFC 6455 section 1.3: a generator needs no secrets. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final String PROTOCOL = "HTTP/1.";
    /** "HTTP/1.1 101": up to the end of the status code. */
    private static final int STATUS_END = 12;

    private static final int MOST_QUOTED = 60;
    /** TLS 1.0 to 1.3, RFC 8446 section 5.1: an alert, and the first byte of the version of its record. */
    private static final int TLS_ALERT = 21;

    private static final int TLS_MAJOR = 3;

    private Handshake() {}

    static byte[] request(Target target, String subprotocol) {
        String request =
                "GET " + target.path() + " HTTP/1.1\r\nHost: " + target.host() + "\r\nOrigin: " + target.origin()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                        + KEY + "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n";
        return request.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns what a connection comes to whose first bytes are not those of HTTP; null as long as they may be. Reads nothing. */
    static @Nullable Ending endingOfForeign(ByteBuffer bytes) {
        int at = bytes.position();
        if (bytes.remaining() >= 2 && bytes.get(at) == TLS_ALERT && bytes.get(at + 1) == TLS_MAJOR) {
            return tls();
        }
        for (int i = 0; i < Math.min(PROTOCOL.length(), bytes.remaining()); i++) {
            if (bytes.get(at + i) != PROTOCOL.charAt(i) && bytes.get(at) != TLS_ALERT) {
                return new Ending(Ending.Kind.FOREIGN, 0, "it answers in no HTTP: \"" + quoted(bytes) + "\"");
            }
        }
        return null;
    }

    private static Ending tls() {
        return new Ending(Ending.Kind.FOREIGN, 0, "it speaks TLS");
    }

    private static String quoted(ByteBuffer bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = bytes.position(); i < Math.min(bytes.limit(), bytes.position() + MOST_QUOTED); i++) {
            char each = (char) (bytes.get(i) & 0xff);
            if (each == '\r' || each == '\n') {
                break;
            }
            text.append(each >= ' ' && each <= '~' ? each : '?');
        }
        return text.toString();
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

    /**
     * Returns what a connection comes to that was answered so; null where it is open now.
     *
     * @param offered the only subprotocol that was offered
     * @param body what has come behind the head, if it is no WebSocket
     */
    static @Nullable Ending endingAfter(String response, String offered, ByteBuffer body) {
        String status = response.lines().findFirst().orElse("");
        if (status.length() < STATUS_END || status.charAt(STATUS_END - 4) != ' ') {
            return new Ending(Ending.Kind.FOREIGN, 0, "it answers the upgrade with \"" + status + "\"");
        }
        String code = status.substring(STATUS_END - 3, STATUS_END);
        if (!code.equals("101")) {
            return refused(code, status, response, body);
        }
        if (!ACCEPT.equals(header(response, "sec-websocket-accept"))) {
            return new Ending(Ending.Kind.VIOLATED, 0, "its Sec-WebSocket-Accept is not the answer to the key");
        }
        String taken = header(response, "sec-websocket-protocol");
        if (taken == null) {
            return new Ending(
                    Ending.Kind.FOREIGN,
                    0,
                    "it opens a WebSocket and takes up no subprotocol, where " + offered + " was offered");
        }
        return taken.equals(offered)
                ? null
                : new Ending(
                        Ending.Kind.FOREIGN,
                        0,
                        "it takes up the subprotocol \"" + taken + "\", where only " + offered + " was offered");
    }

    private static Ending refused(String code, String status, String response, ByteBuffer body) {
        String said = StandardCharsets.ISO_8859_1.decode(body.duplicate()).toString();
        // So say the servers that speak TLS and understand what they got instead.
        if (code.equals("400") && (said.contains("HTTPS") || said.contains("SSL"))) {
            return tls();
        }
        String location = header(response, "location");
        return new Ending(
                Ending.Kind.REFUSED,
                code.chars().allMatch(Character::isDigit) ? Integer.parseInt(code) : 0,
                location == null ? status : location);
    }

    private static @Nullable String header(String response, String name) {
        return response.lines()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse(null);
    }
}
