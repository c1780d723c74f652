package io.roomcast.runtime.codec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.roomcast.Codec;
import io.roomcast.CodecException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON in UTF-8, by Jackson. The application adds {@code jackson-databind} itself; Roomcast does without it.
 *
 * <pre>{@code
 * Codec<Move> moves = JacksonCodec.of(Move.class);
 * room.broadcast("moved", moves, new Move(3, 4)).send();
 * }</pre>
 *
 * <p>Safe for concurrent use. A payload is one JSON value and nothing behind it. {@code null} is not a value, in either
 * direction.
 *
 * <p><b>Bounds.</b> A payload is as large as {@link io.roomcast.Limits#maxMessageBytes()} lets it be; nesting, numbers and names
 * are bounded by the mapper's {@code StreamReadConstraints}, by default 1,000 levels, 1,000 characters and 50,000 characters.
 * Whatever is wrong with a value or a payload comes as {@link CodecException}; its text has the place, never the payload. Its
 * cause is Jackson's exception, which may quote a value.
 *
 * @param <T> the type of the values
 */
public final class JacksonCodec<T> implements Codec<T> {

    private final JavaType type;
    private final ObjectReader reader;
    private final ObjectWriter writer;

    private JacksonCodec(ObjectMapper mapper, JavaType type) {
        this.type = type;
        this.reader = mapper.readerFor(type).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        this.writer = mapper.writerFor(type);
    }

    /** Returns a codec with a mapper of Jackson's own settings, which refuse unknown properties. */
    public static <T> JacksonCodec<T> of(Class<T> type) {
        return of(new JsonMapper(), type);
    }

    /**
     * Returns a codec with the application's mapper.
     *
     * @param mapper not changed any more
     */
    public static <T> JacksonCodec<T> of(ObjectMapper mapper, Class<T> type) {
        return new JacksonCodec<>(mapper, mapper.constructType(type));
    }

    /**
     * Returns a codec for a generic type, {@code new TypeReference<List<Move>>() {}}.
     *
     * @param mapper not changed any more
     */
    public static <T> JacksonCodec<T> of(ObjectMapper mapper, TypeReference<T> type) {
        return new JacksonCodec<>(mapper, mapper.constructType(type.getType()));
    }

    @Override
    public byte[] encode(T value) {
        if (value == null) {
            throw new CodecException("value is null, expected " + type.toCanonical());
        }
        try {
            return writer.writeValueAsBytes(value);
        } catch (JsonProcessingException unwritable) {
            throw new CodecException("a value of " + type.toCanonical() + " cannot be written as JSON", unwritable);
        }
    }

    @Override
    public T decode(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        T value;
        try {
            value = reader.readValue(bytes);
        } catch (JsonProcessingException malformed) {
            throw new CodecException(
                    "payload of " + bytes.length + " bytes is not JSON for " + type.toCanonical()
                            + place(malformed.getLocation()),
                    malformed);
        } catch (IOException malformed) {
            throw new CodecException(
                    "payload of " + bytes.length + " bytes is not JSON for " + type.toCanonical(), malformed);
        }
        if (value == null) {
            throw new CodecException("payload is null, expected " + type.toCanonical());
        }
        return value;
    }

    private static String place(@Nullable JsonLocation location) {
        return location == null ? "" : ", at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
