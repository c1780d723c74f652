package io.roomcast.samples.tracker.room;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.roomcast.Codec;
import io.roomcast.CodecException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Records as JSON. Unknown fields are passed over, so that pages and nodes of different versions get along. */
record Json<T>(Class<T> type) implements Codec<T> {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    @Override
    public byte[] encode(T value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException impossible) {
            throw new CodecException(type.getSimpleName() + " cannot be written as JSON", impossible);
        }
    }

    @Override
    public T decode(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        try {
            return MAPPER.readValue(bytes, type);
        } catch (JsonProcessingException malformed) {
            Throwable cause = malformed.getCause();
            String why = cause instanceof IllegalArgumentException ? cause.getMessage() : "not the JSON of one";
            throw new CodecException(type.getSimpleName() + ": " + why, malformed);
        } catch (IOException impossible) {
            throw new CodecException(type.getSimpleName() + ": " + bytes.length + " bytes cannot be read", impossible);
        }
    }
}
