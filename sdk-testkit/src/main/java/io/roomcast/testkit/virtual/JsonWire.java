package io.roomcast.testkit.virtual;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * One client's side of the JSON subprotocol, as docs/protocol.md says it and not as the server's code does: frames to lines and back, by the names in the schema. Rooms
 * go by name there; the rest of a client knows them by number, so each name gets one. Belongs to one thread.
 */
final class JsonWire {

    private static final JsonFactory JSON = new JsonFactory();

    /** The room with number n is at n - 1. */
    private final List<String> names = new ArrayList<>(2);

    /** Returns what a batch says as text. */
    byte[] write(byte[] batch) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ClientWire.read(-1, batch, new ClientWire.Reader() {
            @Override
            public boolean reads() {
                return true;
            }

            @Override
            public void frame(int peer, Frame frame) throws IOException {
                line(frame, text);
            }

            @Override
            public void data(int peer, int route, byte[] bytes, int offset, int length) {
                throw new IllegalStateException("there are no routes in JSON");
            }
        });
        return text.toByteArray();
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
                json.writeStringField("room", names.get((Integer) each.getValue() - 1));
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

    /** Reads lines. @throws IOException if they are not what the protocol says */
    void read(int peer, byte[] text, ClientWire.Reader reader) throws IOException {
        String all = new String(text, StandardCharsets.UTF_8);
        if (!all.endsWith("\n")) {
            throw new IOException("the last line of the server has no end");
        }
        for (String line : all.split("\n", -1)) {
            if (!line.isEmpty() && reader.reads()) {
                reader.frame(peer, frame(line));
            }
        }
    }

    private Frame frame(String line) throws IOException {
        Frame.Builder frame = Frame.newBuilder();
        try (JsonParser json = JSON.createParser(line)) {
            expect(json.nextToken(), JsonToken.START_OBJECT, line);
            expect(json.nextToken(), JsonToken.FIELD_NAME, line);
            FieldDescriptor body = field(Frame.getDescriptor(), json.currentName(), line);
            expect(json.nextToken(), JsonToken.START_OBJECT, line);
            Message.Builder said = frame.newBuilderForField(body);
            fill(said, json, line);
            frame.setField(body, said.build());
            expect(json.nextToken(), JsonToken.END_OBJECT, line);
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
                if (token == JsonToken.START_ARRAY) {
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

    /** Returns the number by which the rest of the client knows a room. */
    private int number(String room) {
        int known = names.indexOf(room);
        if (known < 0) {
            names.add(room);
            known = names.size() - 1;
        }
        return known + 1;
    }

    private static FieldDescriptor payload(Descriptor type, String line) throws IOException {
        for (FieldDescriptor field : type.getFields()) {
            if (field.getJavaType() == JavaType.BYTE_STRING) {
                return field;
            }
        }
        throw new IOException("a payload where there is none in " + line);
    }

    private static FieldDescriptor field(Descriptor type, String name, String line) throws IOException {
        for (FieldDescriptor field : type.getFields()) {
            if (field.getJsonName().equals(name)) {
                return field;
            }
        }
        throw new IOException("\"" + name + "\" is not in the schema, in " + line);
    }

    private static void expect(JsonToken is, JsonToken expected, String line) throws IOException {
        if (is != expected) {
            throw new IOException(is + " where " + expected + " was expected, in " + line);
        }
    }
}
