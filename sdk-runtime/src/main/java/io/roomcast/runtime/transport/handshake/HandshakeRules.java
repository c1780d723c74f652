package io.roomcast.runtime.transport.handshake;

import io.roomcast.runtime.transport.handshake.HandshakeDecision.Accepted;
import io.roomcast.runtime.transport.handshake.HandshakeDecision.Refused;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides about opening handshakes, RFC 6455 section 4.2. Extensions are never taken up. Immutable, for any thread.
 *
 * <p>Whether the node has room for one more is not decided here: that needs counting, see {@link Refused#FULL}.
 */
public final class HandshakeRules {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final Refused METHOD = new Refused(
            405, "method", "This is a WebSocket endpoint; a handshake is a GET request.", Map.of("Allow", "GET"));
    private static final Refused NO_UPGRADE = new Refused(
            426,
            "no-upgrade",
            "This is a WebSocket endpoint of Roomcast; connect to it with a WebSocket client.",
            headers("Upgrade", "websocket", "Connection", "Upgrade"));
    private static final Refused OTHER_VERSION = new Refused(
            426,
            "version",
            "Only version 13 of the WebSocket protocol is spoken here.",
            headers("Sec-WebSocket-Version", VERSION, "Upgrade", "websocket", "Connection", "Upgrade"));
    private static final int KEY_BYTES = 16;
    private static final int KEY_CHARS = 24;

    private final List<String> subprotocols;
    private final OriginPolicy origins;
    private final Refused noSubprotocol;

    /**
     * @param subprotocols those spoken here, the preferred one first; at least one
     */
    public HandshakeRules(List<String> subprotocols, OriginPolicy origins) {
        if (subprotocols.isEmpty()) {
            throw new IllegalArgumentException("subprotocols is empty, expected at least one");
        }
        this.subprotocols = List.copyOf(subprotocols);
        this.origins = origins;
        this.noSubprotocol = Refused.of(
                400,
                "subprotocol",
                "The header Sec-WebSocket-Protocol offers none of " + String.join(", ", subprotocols) + ".");
    }

    /** Decides about one request. */
    public HandshakeDecision decide(HandshakeRequest request) {
        Refused refused = refuseRequest(request);
        if (refused == null) {
            refused = refuseUpgrade(request);
        }
        if (refused == null) {
            refused = refuseKey(request);
        }
        if (refused == null) {
            refused = refuseOrigin(request);
        }
        return refused == null ? choose(request) : refused;
    }

    private HandshakeDecision choose(HandshakeRequest request) {
        List<String> offered = request.header("Sec-WebSocket-Protocol");
        for (String known : subprotocols) {
            if (Tokens.contain(offered, known)) {
                return new Accepted(
                        known, acceptKey(request.header("Sec-WebSocket-Key").get(0)));
            }
        }
        return noSubprotocol;
    }

    private static @Nullable Refused refuseRequest(HandshakeRequest request) {
        if (!request.method().equals("GET")) {
            return METHOD;
        }
        if (!namesWebSocket(request) && request.header("Sec-WebSocket-Key").isEmpty()) {
            return NO_UPGRADE;
        }
        if (!request.protocol().equals("HTTP/1.1")) {
            return Refused.of(400, "http-version", "A WebSocket handshake needs HTTP/1.1.");
        }
        if (request.header("Host").size() != 1) {
            return Refused.of(400, "host", "The request must have exactly one Host header.");
        }
        if (hasBody(request)) {
            return Refused.of(400, "body", "A WebSocket handshake has no body.");
        }
        return null;
    }

    private static boolean hasBody(HandshakeRequest request) {
        List<String> length = request.header("Content-Length");
        return !request.header("Transfer-Encoding").isEmpty()
                || length.size() > 1
                || length.size() == 1 && !length.get(0).equals("0");
    }

    /** In the order given: the headers of a response should not change places from one start to the next. */
    private static Map<String, String> headers(String... namesAndValues) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Collections.unmodifiableMap(headers);
    }

    private static @Nullable Refused refuseUpgrade(HandshakeRequest request) {
        if (request.header("Upgrade").size() != 1 || !namesWebSocket(request)) {
            return Refused.of(
                    400, "upgrade", "The request must have exactly one Upgrade header, and it must name websocket.");
        }
        if (!Tokens.containIgnoringCase(request.header("Connection"), "upgrade")) {
            return Refused.of(400, "connection", "The Connection header must name Upgrade.");
        }
        List<String> version = request.header("Sec-WebSocket-Version");
        if (version.size() > 1) {
            return Refused.of(400, "duplicate-version", "The request has more than one Sec-WebSocket-Version header.");
        }
        if (version.isEmpty() || !version.get(0).equals(VERSION)) {
            return OTHER_VERSION;
        }
        return null;
    }

    private static boolean namesWebSocket(HandshakeRequest request) {
        return Tokens.containIgnoringCase(request.header("Upgrade"), "websocket");
    }

    private static @Nullable Refused refuseKey(HandshakeRequest request) {
        List<String> key = request.header("Sec-WebSocket-Key");
        if (key.size() != 1 || !isKey(key.get(0))) {
            return Refused.of(
                    400, "key", "The request must have exactly one Sec-WebSocket-Key header: 16 bytes in Base64.");
        }
        return null;
    }

    private @Nullable Refused refuseOrigin(HandshakeRequest request) {
        List<String> origin = request.header("Origin");
        if (origin.size() > 1) {
            return Refused.of(400, "duplicate-origin", "The request has more than one Origin header.");
        }
        if (origin.isEmpty()) {
            return origins.isRequired() ? Refused.of(403, "origin-missing", "The request has no Origin header.") : null;
        }
        if (!origins.allows(origin.get(0), request.header("Host").get(0), request.isSecure())) {
            return Refused.of(403, "origin", "Pages of this origin may not connect.");
        }
        return null;
    }

    private static boolean isKey(String key) {
        if (key.length() != KEY_CHARS) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String acceptKey(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
