package io.roomcast.benchmarks.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** {@code roomcast.v1.json}, for what is measured with signals: a client without protobuf that sends each candidate by itself. */
public final class RoomcastJsonDialect implements Dialect {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String SIGNAL = "signal";

    private final boolean resumable;

    /** @param resumable whether clients ask for sessions that can be resumed, and acknowledge what they get */
    public RoomcastJsonDialect(boolean resumable) {
        this.resumable = resumable;
    }

    @Override
    public String path(String room) {
        return "/roomcast";
    }

    @Override
    public String subprotocol() {
        return "roomcast.v1.json";
    }

    @Override
    public boolean text() {
        return true;
    }

    @Override
    public SignalForm signals() {
        return SignalForm.JSON_EACH;
    }

    @Override
    public Conversation converse(String room) {
        return new JsonConversation(room, resumable);
    }

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private static final class JsonConversation implements Conversation {

        private final String room;
        private final boolean resumable;
        private final Acknowledgements acknowledgements = new Acknowledgements(JsonConversation::acknowledge);
        private boolean joined;
        private String peer = "";

        JsonConversation(String room, boolean resumable) {
            this.room = room;
            this.resumable = resumable;
        }

        @Override
        public void opened(Line line) {
            send("hello", line, json -> {
                json.writeStringField("agent", "roomcast-benchmarks");
                if (resumable) {
                    json.writeBooleanField("resumable", true);
                }
            });
        }

        @Override
        public boolean joined() {
            return joined;
        }

        @Override
        public void publish(byte[] payload, Line line) {
            send("message", line, json -> {
                json.writeStringField("room", room);
                json.writeStringField("event", "bench");
                json.writeStringField("text", new String(payload, StandardCharsets.UTF_8));
            });
        }

        @Override
        public void tell(Conversation addressee, byte[] payload, Line line) {
            send("message", line, json -> {
                json.writeStringField("room", room);
                json.writeStringField("event", SIGNAL);
                json.writeStringField("to", ((JsonConversation) addressee).peer);
                json.writeStringField("text", new String(payload, StandardCharsets.UTF_8));
            });
        }

        @Override
        public void ask(byte[] payload, Line line) {
            throw new UnsupportedOperationException("requests in JSON are not measured");
        }

        private static void acknowledge(long received, Line line) {
            send("ack", line, json -> json.writeNumberField("received", received));
        }

        @Override
        public void reminded(Line line) {
            acknowledgements.reminded(line);
        }

        private static void send(String kind, Line line, Body body) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
            try (JsonGenerator json = JSON.createGenerator(bytes)) {
                json.writeStartObject();
                json.writeObjectFieldStart(kind);
                body.write(json);
                json.writeEndObject();
                json.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            line.send(bytes.toByteArray());
        }

        @Override
        public void received(ByteBuffer message, Line line, Heard heard) throws IOException, VoidRunException {
            byte[] lines = new byte[message.remaining()];
            message.get(lines);
            try (JsonParser json = JSON.createParser(lines)) {
                long start = 0;
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    String kind = json.nextFieldName();
                    json.nextToken();
                    Map<String, String> fields = fields(json);
                    json.nextToken();
                    long end = json.currentLocation().getByteOffset();
                    frame(kind, fields, (int) (end - start), line, heard);
                    start = end;
                }
            } catch (IOException e) {
                throw new VoidRunException("a frame cannot be read: " + e.getMessage(), e);
            }
        }

        /** The simple values of an object; nothing that a client of this kind wants to know lies deeper. */
        private static Map<String, String> fields(JsonParser json) throws IOException {
            Map<String, String> fields = new HashMap<>();
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                if (json.nextToken().isStructStart()) {
                    json.skipChildren();
                } else {
                    fields.put(name, json.getText());
                }
            }
            return fields;
        }

        private void frame(String kind, Map<String, String> fields, int size, Line line, Heard heard)
                throws IOException, VoidRunException {
            switch (kind) {
                case "welcome" -> {
                    peer = fields.getOrDefault("peer", "");
                    if (resumable && !fields.getOrDefault("resume", "").isEmpty()) {
                        acknowledgements.begin();
                    }
                    send("join", line, json -> {
                        json.writeStringField("room", room);
                        json.writeNumberField("ref", 1);
                    });
                    return;
                }
                case "pong", "ack" -> {
                    return;
                }
                case "joined" -> joined = true;
                case "message" -> {
                    byte[] payload = fields.getOrDefault("text", "").getBytes(StandardCharsets.UTF_8);
                    heard.payload(ByteBuffer.wrap(payload), 0, payload.length);
                }
                default -> throw new VoidRunException("the server said " + kind + " " + fields);
            }
            acknowledgements.received(size, line);
        }
    }
}
