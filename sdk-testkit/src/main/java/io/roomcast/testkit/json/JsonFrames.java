package io.roomcast.testkit.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.roomcast.runtime.wire.proto.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client's side of the JSON subprotocol, as docs/protocol.md says it and not as the server's code does: frames to lines and back, by the names in the schema. Rooms
 * go by name there; the rest of a client knows them by number, so each name gets one. As many names are kept as the client is in rooms, if it forgets those that
 * it has left. Belongs to one thread.
 */
public final class JsonFrames {

    private static final JsonFactory JSON = new JsonFactory();

    /** The room with number n is at n - 1; null where one was forgotten. */
    private final List<@Nullable String> names = new ArrayList<>(2);

    private final boolean strict;

    private JsonFrames(boolean strict) {
        this.strict = strict;
    }

    /** Takes what is read. */
    @FunctionalInterface
    public interface Sink {

        /**
         * A frame.
         *
         * @param bytes how long its line was
         * @return whether the next one is wanted
         */
        boolean frame(Frame frame, int bytes) throws IOException;
    }

    /** Returns a reader of servers of this very version: what is not in the schema is a mistake of the server. */
    public static JsonFrames strict() {
        return new JsonFrames(true);
    }

    /** Returns a reader of servers of any version: what is not in the schema is passed over, as the protocol wants it. */
    public static JsonFrames tolerant() {
        return new JsonFrames(false);
    }

    /** Writes a frame's line. @throws IllegalArgumentException if it is about a room that has no number here */
    public void write(Frame frame, ByteArrayOutputStream text) {
        try {
            line(frame, text);
        } catch (IOException e) {
            throw new IllegalStateException("a line cannot be written into memory", e);
        }
    }

    /** Lets another room have the number of one that the client has left. */
    public void forget(int room) {
        names.set(room - 1, null);
    }

    /** Reads the lines of a message; the buffer's position moves. @throws IOException if they are not what the protocol says */
    public void read(ByteBuffer message, Sink sink) throws IOException {
        String all = StandardCharsets.UTF_8.newDecoder().decode(message).toString();
        if (strict && !all.endsWith("\n")) {
            throw new IOException("the last line of the server has no end");
        }
        boolean more = true;
        for (int from = 0; from < all.length() && more; ) {
            int end = all.indexOf('\n', from);
            String line = all.substring(from, end < 0 ? all.length() : end);
            from += line.length() + 1;
            if (!line.isBlank()) {
                more = sink.frame(frame(line), line.length() + 1);
            }
        }
    }

    private void line(Frame frame, ByteArrayOutputStream text) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<FieldDescriptor, Object> body : frame.getAllFields().entrySet()) {
                json.writeFieldName(body.getKey().getJsonName());
                object((Message) body.getValue(), json);
            }
            json.writeEndObject();
        }
        text.write('\n');
    }

    private void object(Message message, JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (Map.Entry<FieldDescriptor, Object> each : message.getAllFields().entrySet()) {
            FieldDescriptor field = each.getKey();
            if (field.getJavaType() == JavaType.BYTE_STRING) {
                ByteString bytes = (ByteString) each.getValue();
                if (bytes.isValidUtf8()) {
                    json.writeStringField("text", bytes.toStringUtf8());
                } else {
                    json.writeStringField("base64", Base64.getEncoder().encodeToString(bytes.toByteArray()));
                }
            } else if (isRoomNumber(field)) {
                json.writeStringField("room", name((Integer) each.getValue()));
            } else if (each.getValue() instanceof Integer number) {
                json.writeNumberField(field.getJsonName(), Integer.toUnsignedLong(number));
            } else if (each.getValue() instanceof Long number) {
                json.writeNumberField(field.getJsonName(), number);
            } else if (each.getValue() instanceof Boolean yes) {
                json.writeBooleanField(field.getJsonName(), yes);
            } else {
                json.writeStringField(field.getJsonName(), each.getValue().toString());
            }
        }
        json.writeEndObject();
    }

    private Frame frame(String line) throws IOException {
        Frame.Builder frame = Frame.newBuilder();
        try (JsonParser json = JSON.createParser(line)) {
            expect(json.nextToken(), JsonToken.START_OBJECT, line);
            expect(json.nextToken(), JsonToken.FIELD_NAME, line);
            FieldDescriptor body = field(Frame.getDescriptor(), json.currentName(), line);
            if (body == null) {
                return frame.build();
            }
            expect(json.nextToken(), JsonToken.START_OBJECT, line);
            Message.Builder said = frame.newBuilderForField(body);
            fill(said, json, line);
            frame.setField(body, said.build());
            expect(json.nextToken(), JsonToken.END_OBJECT, line);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage() + ", in " + line, e);
        }
        return frame.build();
    }

    private void fill(Message.Builder message, JsonParser json, String line) throws IOException {
        Descriptor type = message.getDescriptorForType();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            if (name.equals("text") && type.findFieldByName("text") == null) {
                message.setField(payload(type, line), ByteString.copyFromUtf8(json.getText()));
            } else if (name.equals("base64")) {
                message.setField(
                        payload(type, line),
                        ByteString.copyFrom(Base64.getDecoder().decode(json.getText())));
            } else {
                FieldDescriptor field = field(type, name, line);
                if (field == null) {
                    json.skipChildren();
                } else if (token == JsonToken.START_ARRAY) {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        Message.Builder item = message.newBuilderForField(field);
                        fill(item, json, line);
                        message.addRepeatedField(field, item.build());
                    }
                } else if (token == JsonToken.START_OBJECT) {
                    Message.Builder inner = message.newBuilderForField(field);
                    fill(inner, json, line);
                    message.setField(field, inner.build());
                } else {
                    message.setField(
                            field, isRoomNumber(field) ? (Object) number(json.getText()) : scalar(field, json));
                }
            }
        }
        FieldDescriptor number = type.findFieldByName("number");
        if (number != null) {
            message.setField(number, number((String) message.getField(type.findFieldByName("room"))));
        }
    }

    private static Object scalar(FieldDescriptor field, JsonParser json) throws IOException {
        return switch (field.getJavaType()) {
            case INT -> (int) json.getLongValue();
            case LONG -> json.getLongValue();
            case BOOLEAN -> json.getBooleanValue();
            default -> json.getText();
        };
    }

    private static boolean isRoomNumber(FieldDescriptor field) {
        return field.getName().equals("room") && field.getJavaType() == JavaType.INT;
    }

    private String name(int number) {
        String name = number > 0 && number <= names.size() ? names.get(number - 1) : null;
        if (name == null) {
            throw new IllegalArgumentException("no room has the number " + number);
        }
        return name;
    }

    /** Returns the number by which the rest of the client knows a room. */
    private int number(String room) {
        int known = names.indexOf(room);
        if (known >= 0) {
            return known + 1;
        }
        int free = names.indexOf(null);
        if (free >= 0) {
            names.set(free, room);
            return free + 1;
        }
        names.add(room);
        return names.size();
    }

    private static FieldDescriptor payload(Descriptor type, String line) throws IOException {
        for (FieldDescriptor field : type.getFields()) {
            if (field.getJavaType() == JavaType.BYTE_STRING) {
                return field;
            }
        }
        throw new IOException("a payload where there is none in " + line);
    }

    /** Returns null for one that is none, where that is passed over. */
    private @Nullable FieldDescriptor field(Descriptor type, String name, String line) throws IOException {
        for (FieldDescriptor field : type.getFields()) {
            if (field.getJsonName().equals(name)) {
                return field;
            }
        }
        if (strict) {
            throw new IOException("\"" + name + "\" is not in the schema, in " + line);
        }
        return null;
    }

    private static void expect(JsonToken is, JsonToken expected, String line) throws IOException {
        if (is != expected) {
            throw new IOException(is + " where " + expected + " was expected, in " + line);
        }
    }
}
