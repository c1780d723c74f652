package io.roomcast.runtime.wire;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.roomcast.Message;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.MessageType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The subprotocol {@code roomcast.v1.json}. A chunk is one line with one frame, and lines can be joined. Rooms go by name, there
 * are no routes. A payload is {@code text} when it is valid UTF-8 and {@code base64} (RFC 4648 section 4) otherwise.
 *
 * <p>Reading is bounded by the message, which is decoded to characters once. Bounds of its own: nesting
 * {@value #MAX_NESTING} deep, keys of {@value #MAX_KEY_CHARS} characters, numbers of {@value #MAX_NUMBER_CHARS},
 * {@value HelloBounds#MAX_AGENT_BYTES} bytes of agent, {@value HelloBounds#MAX_TOKEN_BYTES} of token. Beyond them:
 * {@link WireException}.
 *
 * <p>A lone surrogate in a text that the application gives is written as {@code ?}, as the other format does.
 */
public final class JsonFormat implements WireFormat {

    static final int MAX_NESTING = 8;
    static final int MAX_KEY_CHARS = 256;
    static final int MAX_NUMBER_CHARS = 64;

    /** What a frame costs beside its names and payload, so that the first array is mostly the only one. */
    private static final int USUAL_OVERHEAD = 64;

    /**
     * Keys are not kept in a table that connections share: clients choose them. Strings have no bound of their own; they
     * are in a message that the transport has bounded.
     */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxNameLength(MAX_KEY_CHARS)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .errorReportConfiguration(
                    ErrorReportConfiguration.builder().maxErrorTokenLength(32).build())
            .build();

    @Override
    public String subprotocol() {
        return "roomcast.v1.json";
    }

    @Override
    public MessageType messageType() {
        return MessageType.TEXT;
    }

    @Override
    public boolean usesRoutes() {
        return false;
    }

    @Override
    public void read(ByteBuffer message, ClientFrames receiver) throws WireException {
        new JsonFrameReader(JSON, receiver).read(message);
    }

    @Override
    public Chunk welcome(WelcomeFrame welcome) {
        return unnumbered("welcome", 2 * USUAL_OVERHEAD, json -> {
            text(json, "peer", welcome.peerId());
            text(json, "node", welcome.nodeId());
            json.writeObjectFieldStart("limits");
            number(json, "maxMessageBytes", welcome.maxMessageBytes());
            number(json, "maxRooms", welcome.maxRooms());
            json.writeEndObject();
            number(json, "pingIntervalMs", welcome.pingIntervalMillis());
            text(json, "resume", welcome.resume());
            number(json, "resumeWindowMs", welcome.resumeWindowMillis());
            flag(json, "resumed", welcome.resumed());
            number(json, "received", welcome.received());
        });
    }

    @Override
    public Chunk joined(RoomKey room, int ref, byte[] snapshot, List<RouteDefinition> routes, @Nullable JoinedAt at) {
        return line("joined", snapshot.length, json -> {
            text(json, "room", room.name());
            number(json, "ref", Integer.toUnsignedLong(ref));
            if (at != null) {
                text(json, "epoch", at.epoch());
                number(json, "offset", at.offset());
                number(json, "missed", at.missed());
                if (at.unrecoverable()) {
                    json.writeBooleanField("unrecoverable", true);
                }
            }
            payload(json, snapshot);
        });
    }

    @Override
    public Chunk left(RoomKey room, int ref, String reason) {
        return line("left", reason.length(), json -> {
            text(json, "room", room.name());
            number(json, "ref", Integer.toUnsignedLong(ref));
            text(json, "reason", reason);
        });
    }

    @Override
    public Chunk message(@Nullable RoomKey room, @Nullable String from, Message message, long offset) {
        return line("message", message.size(), json -> {
            text(json, "room", room == null ? "" : room.name());
            text(json, "event", message.event());
            text(json, "from", from == null ? "" : from);
            number(json, "offset", offset);
            payload(json, message.bytes());
        });
    }

    @Override
    public Chunk data(int route, Message message) {
        throw noRoutes();
    }

    @Override
    public Chunk route(RoomKey room, RouteDefinition definition) {
        throw noRoutes();
    }

    @Override
    public Chunk gap(RoomKey room, long missed) {
        return line("gap", 0, json -> {
            text(json, "room", room.name());
            number(json, "missed", missed);
        });
    }

    @Override
    public Chunk position(RoomKey room, long offset, String epoch) {
        return line("position", 0, json -> {
            text(json, "room", room.name());
            number(json, "offset", offset);
            text(json, "epoch", epoch);
        });
    }

    @Override
    public Chunk page(RoomKey room, int ref, PageContent page) {
        return line("page", 4 * USUAL_OVERHEAD * page.entries().size(), json -> {
            text(json, "room", room.name());
            number(json, "ref", Integer.toUnsignedLong(ref));
            text(json, "epoch", page.epoch());
            number(json, "oldest", page.oldest());
            number(json, "newest", page.newest());
            number(json, "through", page.through());
            if (!page.entries().isEmpty()) {
                json.writeArrayFieldStart("entries");
                for (PageContent.Entry entry : page.entries()) {
                    json.writeStartObject();
                    number(json, "offset", entry.offset());
                    text(json, "event", entry.message().event());
                    text(json, "from", entry.from() == null ? "" : entry.from());
                    payload(json, entry.message().bytes());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
        });
    }

    @Override
    public Chunk goAway(int reconnectAfterMillis, String reason) {
        return unnumbered("goAway", reason.length(), json -> {
            number(json, "reconnectAfterMs", reconnectAfterMillis);
            text(json, "reason", reason);
        });
    }

    @Override
    public Chunk error(int code, String text, int ref, boolean terminal, String room) {
        Fields fields = json -> {
            number(json, "code", code);
            text(json, "text", text);
            number(json, "ref", Integer.toUnsignedLong(ref));
            flag(json, "terminal", terminal);
            text(json, "room", room);
        };
        return terminal ? unnumbered("error", text.length(), fields) : line("error", text.length(), fields);
    }

    @Override
    public Chunk pong(int ref) {
        return unnumbered("pong", 0, json -> number(json, "ref", Integer.toUnsignedLong(ref)));
    }

    @Override
    public Chunk ack(long received) {
        return unnumbered("ack", 0, json -> number(json, "received", received));
    }

    @Override
    public Chunk moved(RoomKey room, List<RouteDefinition> routes) {
        return line("moved", 0, json -> text(json, "room", room.name()));
    }

    @Override
    public Chunk request(@Nullable RoomKey room, @Nullable String from, int id, int timeoutMillis, Message message) {
        return line("request", message.size(), json -> {
            text(json, "room", room == null ? "" : room.name());
            text(json, "event", message.event());
            number(json, "id", Integer.toUnsignedLong(id));
            number(json, "timeoutMs", Integer.toUnsignedLong(timeoutMillis));
            text(json, "from", from == null ? "" : from);
            payload(json, message.bytes());
        });
    }

    @Override
    public Chunk reply(int id, Message answer) {
        return line("reply", answer.size(), json -> {
            number(json, "id", Integer.toUnsignedLong(id));
            payload(json, answer.bytes());
        });
    }

    @Override
    public Chunk refusal(int id, int code, String reason) {
        return line("reply", reason.length(), json -> {
            number(json, "id", Integer.toUnsignedLong(id));
            number(json, "code", code);
            text(json, "reason", reason);
        });
    }

    @Override
    public Chunk cancel(int id) {
        return line("cancel", 0, json -> number(json, "id", Integer.toUnsignedLong(id)));
    }

    /** Writes the fields of one frame. */
    @FunctionalInterface
    private interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private static Chunk line(String frame, int expectedSize, Fields fields) {
        return Chunk.of(bytes(frame, expectedSize, fields));
    }

    private static Chunk unnumbered(String frame, int expectedSize, Fields fields) {
        return Chunk.unnumbered(bytes(frame, expectedSize, fields));
    }

    private static byte[] bytes(String frame, int expectedSize, Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(expectedSize + USUAL_OVERHEAD);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeObjectFieldStart(frame);
            fields.writeTo(json);
            json.writeEndObject();
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return bytes.toByteArray();
    }

    private static void text(JsonGenerator json, String key, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeFieldName(key);
            utf8(json, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void flag(JsonGenerator json, String key, boolean value) throws IOException {
        if (value) {
            json.writeBooleanField(key, true);
        }
    }

    private static void number(JsonGenerator json, String key, long value) throws IOException {
        if (value != 0) {
            json.writeNumberField(key, value);
        }
    }

    private static void payload(JsonGenerator json, byte[] payload) throws IOException {
        if (payload.length == 0) {
            return;
        }
        if (Utf8.isValid(payload)) {
            json.writeFieldName("text");
            utf8(json, payload);
        } else {
            json.writeBinaryField("base64", payload);
        }
    }

    private static void utf8(JsonGenerator json, byte[] utf8) throws IOException {
        json.writeUTF8String(utf8, 0, utf8.length);
    }

    private static UnsupportedOperationException noRoutes() {
        return new UnsupportedOperationException("roomcast.v1.json has no routes");
    }
}
