package io.roomcast.runtime.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of one message from a client. A frame is told when its whole line was read. For one message and one thread.
 *
 * <p>The parser is given characters and one line at a time: from bytes it would guess the encoding, and by itself it would
 * take a frame over several lines or several on one.
 */
final class JsonFrameReader {

    private static final long MAX_UINT32 = 0xFFFF_FFFFL;
    private static final String OVER_BOUND = "nested deeper than " + JsonFormat.MAX_NESTING + ", or a key of more than "
            + JsonFormat.MAX_KEY_CHARS + " characters, or a number of more than " + JsonFormat.MAX_NUMBER_CHARS;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final JsonFactory factory;
    private final ClientFrames receiver;
    private int line;

    /** The one key of the current frame, and its fields. */
    private String body = "";

    /** The ref of most bodies, the id of those about requests. */
    private int ref;

    private int timeout;
    private int code;
    private int limit;
    /** The offset of a join, the place before a page. */
    private long offset;

    private String epoch = "";
    private String peer = "";
    private @Nullable String room;
    private @Nullable String to;
    private String name = "";
    private String token = "";
    private boolean resumable;
    private String resume = "";
    private long received;
    private int attempt;
    private @Nullable ByteBuffer payload;

    JsonFrameReader(JsonFactory factory, ClientFrames receiver) {
        this.factory = factory;
        this.receiver = receiver;
    }

    void read(ByteBuffer message) throws WireException {
        CharBuffer decoded;
        try {
            decoded = StandardCharsets.UTF_8.newDecoder().decode(message.duplicate());
        } catch (CharacterCodingException malformed) {
            throw new WireException("message is not UTF-8");
        }
        char[] chars = decoded.array();
        int end = decoded.limit();
        int from = 0;
        while (from < end) {
            int to = endOfLine(chars, from, end);
            line++;
            if (!isBlank(chars, from, to)) {
                readLine(chars, from, to);
                tell();
            }
            from = to + 1;
        }
    }

    private static int endOfLine(char[] chars, int from, int end) {
        for (int i = from; i < end; i++) {
            if (chars[i] == '\n') {
                return i;
            }
        }
        return end;
    }

    private static boolean isBlank(char[] chars, int from, int to) {
        for (int i = from; i < to; i++) {
            if (chars[i] != ' ' && chars[i] != '\t' && chars[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private void readLine(char[] chars, int from, int to) throws WireException {
        begin();
        try (JsonParser json = factory.createParser(chars, from, to - from)) {
            try {
                readFrame(json);
            } catch (StreamConstraintsException overBound) {
                throw malformed(OVER_BOUND, json.currentLocation());
            } catch (JsonProcessingException malformed) {
                throw malformed("not JSON: " + firstClause(malformed.getOriginalMessage()), json.currentLocation());
            }
        } catch (IOException notFromMemory) {
            throw new UncheckedIOException("reading from memory failed", notFromMemory);
        }
    }

    private void begin() {
        body = "";
        ref = 0;
        timeout = 0;
        code = 0;
        limit = 0;
        offset = 0;
        epoch = "";
        peer = "";
        room = null;
        to = null;
        name = "";
        token = "";
        resumable = false;
        resume = "";
        received = 0;
        attempt = 0;
        payload = null;
    }

    private void readFrame(JsonParser json) throws IOException, WireException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw wrong(json, "expected an object");
        }
        String key = json.nextFieldName();
        if (key == null) {
            throw wrong(json, "expected exactly one key, found none");
        }
        body = key;
        if (body.equals("history")) {
            offset = ClientFrames.NEWEST;
        }
        json.nextToken();
        switch (key) {
            case "hello", "join", "leave", "message", "ping", "request", "reply", "cancel", "ack", "history" ->
                readBody(json);
            default -> json.skipChildren();
        }
        if (json.nextToken() != JsonToken.END_OBJECT) {
            throw wrong(json, "expected exactly one key, found a second one");
        }
        if (json.nextToken() != null) {
            throw wrong(json, "expected the end of the line after the frame");
        }
    }

    private void readBody(JsonParser json) throws IOException, WireException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw wrong(json, body + " is " + type(json) + ", expected an object");
        }
        String key;
        while ((key = json.nextFieldName()) != null) {
            json.nextToken();
            boolean known = switch (body) {
                case "message" -> readMessageField(json, key);
                case "join" -> readJoinField(json, key);
                case "leave" -> readLeaveField(json, key);
                case "hello" -> readHelloField(json, key);
                case "request" -> readRequestField(json, key);
                case "reply" -> readReplyField(json, key);
                case "cancel" -> readCancelField(json, key);
                case "ack" -> readAckField(json, key);
                case "history" -> readHistoryField(json, key);
                default -> readPingField(json, key);
            };
            if (!known) {
                json.skipChildren();
            }
        }
    }

    private boolean readMessageField(JsonParser json, String key) throws IOException, WireException {
        switch (key) {
            case "room" -> room = text(json, key);
            case "event" -> name = text(json, key);
            case "from" -> text(json, key);
            case "to" -> to = text(json, key);
            case "text", "base64" -> payload = payload(json, key);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readJoinField(JsonParser json, String key) throws IOException, WireException {
        switch (key) {
            case "room" -> room = text(json, key);
            case "ref" -> ref = uint32(json, key);
            case "text", "base64" -> payload = payload(json, key);
            case "epoch" -> epoch = text(json, key);
            case "offset" -> offset = offset(json, key);
            case "peer" -> peer = text(json, key);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readHistoryField(JsonParser json, String key) throws IOException, WireException {
        switch (key) {
            case "room" -> room = text(json, key);
            case "ref" -> ref = uint32(json, key);
            case "epoch" -> epoch = text(json, key);
            case "after" -> offset = offset(json, key);
            case "limit" -> limit = uint32(json, key);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readLeaveField(JsonParser json, String key) throws IOException, WireException {
        switch (key) {
            case "room" -> room = text(json, key);
            case "ref" -> ref = uint32(json, key);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readHelloField(JsonParser json, String key) throws IOException, WireException {
        switch (key) {
            case "agent" -> name = bounded(json, key, HelloBounds.MAX_AGENT_BYTES);
            case "token" -> token = bounded(json, key, HelloBounds.MAX_TOKEN_BYTES);
            case "resumable" -> resumable = bool(json, key);
            case "resume" -> resume = bounded(json, key, HelloBounds.MAX_RESUME_BYTES);
            case "received" -> received = count(json, key);
            case "attempt" -> attempt = uint32(json, key);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readPingField(JsonParser json, String key) throws IOException, WireException {
        if (key.equals("ref")) {
            ref = uint32(json, key);
            return true;
        }
        return false;
    }

    private boolean readRequestField(JsonParser json, String key) throws IOException, WireException {
        switch (key) {
            case "room" -> room = text(json, key);
            case "event" -> name = text(json, key);
            case "id" -> ref = uint32(json, key);
            case "timeoutMs" -> timeout = uint32(json, key);
            case "from" -> text(json, key);
            case "text", "base64" -> payload = payload(json, key);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readReplyField(JsonParser json, String key) throws IOException, WireException {
        switch (key) {
            case "id" -> ref = uint32(json, key);
            case "code" -> code = uint32(json, key);
            case "reason" -> name = text(json, key);
            case "text", "base64" -> payload = payload(json, key);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readCancelField(JsonParser json, String key) throws IOException, WireException {
        if (key.equals("id")) {
            ref = uint32(json, key);
            return true;
        }
        return false;
    }

    private boolean readAckField(JsonParser json, String key) throws IOException, WireException {
        if (key.equals("received")) {
            received = count(json, key);
            return true;
        }
        return false;
    }

    private boolean bool(JsonParser json, String key) throws WireException {
        if (!json.currentToken().isBoolean()) {
            throw wrongType(json, key, "a boolean");
        }
        return json.currentToken() == JsonToken.VALUE_TRUE;
    }

    /** A count of frames; JavaScript's numbers are exact up to 2⁵³, which nobody reaches. */
    private long count(JsonParser json, String key) throws IOException, WireException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrongType(json, key, "an integer");
        }
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
            throw wrong(json, body + "." + key + " is " + json.getText() + ", expected 0 to " + Long.MAX_VALUE);
        }
        return json.getLongValue();
    }

    private String text(JsonParser json, String key) throws IOException, WireException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrongType(json, key, "a string");
        }
        String text = json.getText();
        // The message was UTF-8, but an escape can say what UTF-8 cannot.
        int lone = Utf8.loneSurrogate(text);
        if (lone >= 0) {
            throw wrong(json, body + "." + key + " has half of a surrogate pair at character " + lone);
        }
        return text;
    }

    private String bounded(JsonParser json, String key, int maxBytes) throws IOException, WireException {
        String text = text(json, key);
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxBytes) {
            throw wrong(json, body + "." + key + " has " + bytes + " bytes, expected at most " + maxBytes);
        }
        return text;
    }

    private int uint32(JsonParser json, String key) throws IOException, WireException {
        return (int) whole(json, key, MAX_UINT32);
    }

    private long offset(JsonParser json, String key) throws IOException, WireException {
        return whole(json, key, Long.MAX_VALUE);
    }

    private long whole(JsonParser json, String key, long most) throws IOException, WireException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrongType(json, key, "an integer");
        }
        boolean fitsLong = json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        long value = fitsLong ? json.getLongValue() : -1;
        if (value < 0 || value > most) {
            throw wrong(json, body + "." + key + " is " + json.getText() + ", expected 0 to " + most);
        }
        return value;
    }

    private ByteBuffer payload(JsonParser json, String key) throws IOException, WireException {
        if (payload != null) {
            throw wrong(json, body + " has both text and base64");
        }
        String text = text(json, key);
        return ByteBuffer.wrap(key.equals("text") ? text.getBytes(StandardCharsets.UTF_8) : decodeBase64(json, text));
    }

    private byte[] decodeBase64(JsonParser json, String text) throws WireException {
        // The decoder of the JDK would do without padding.
        if (text.length() % 4 != 0) {
            throw wrong(
                    json,
                    body + ".base64 has " + text.length() + " characters, expected a multiple of 4 (padded with =)");
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException malformed) {
            throw wrong(json, body + ".base64 is not base64 (RFC 4648 section 4)");
        }
    }

    private void tell() {
        ByteBuffer bytes = payload == null ? NOTHING : payload;
        switch (body) {
            case "message" -> receiver.message(0, orNull(room), name, orNull(to), bytes);
            case "join" ->
                receiver.join(
                        room == null ? "" : room,
                        ref,
                        bytes,
                        epoch.isEmpty() ? null : new RecoveryPoint(epoch, offset, peer));
            case "leave" -> receiver.leave(0, orNull(room), ref);
            case "hello" -> receiver.hello(new HelloFrame(name, token, resumable, resume, received, attempt));
            case "ping" -> receiver.ping(ref);
            case "request" -> receiver.request(0, orNull(room), name, ref, timeout, bytes);
            case "reply" -> receiver.reply(ref, code, name, bytes);
            case "cancel" -> receiver.cancel(ref);
            case "ack" -> receiver.ack(received);
            case "history" -> receiver.history(0, orNull(room), ref, epoch, offset, limit);
            default -> receiver.unknown();
        }
    }

    /** An empty text is the same as none, as in the other format. */
    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private WireException wrongType(JsonParser json, String key, String expected) {
        return wrong(json, body + "." + key + " is " + type(json) + ", expected " + expected);
    }

    private static String type(JsonParser json) {
        JsonToken token = json.currentToken();
        return switch (token == null ? JsonToken.NOT_AVAILABLE : token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction or an exponent";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "nothing";
        };
    }

    private WireException wrong(JsonParser json, String what) {
        return malformed(what, json.currentTokenLocation());
    }

    private WireException malformed(String what, JsonLocation location) {
        return new WireException(what + ", at line " + line + ", column " + location.getColumnNr());
    }

    /** The rest of the parser's texts speaks to Java programmers, of settings that a client's author does not have. */
    private static String firstClause(String text) {
        int end = text.length();
        for (String stop : new String[] {" (", ": "}) {
            int at = text.indexOf(stop);
            if (at >= 0) {
                end = Math.min(end, at);
            }
        }
        return text.substring(0, end);
    }
}
