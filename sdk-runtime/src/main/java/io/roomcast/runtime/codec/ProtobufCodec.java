package io.roomcast.runtime.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.roomcast.Codec;
import io.roomcast.CodecException;
import java.nio.ByteBuffer;

/**
 * Protobuf messages of one type, by their generated class.
 *
 * <pre>{@code
 * Codec<Move> moves = ProtobufCodec.of(Move.getDefaultInstance());
 * }</pre>
 *
 * <p>Safe for concurrent use.
 *
 * <p><b>Bounds.</b> A payload is as large as {@link io.roomcast.Limits#maxMessageBytes()} lets it be; messages nest at most 100
 * deep, protobuf's default. An empty payload is a message without any field. A malformed payload, and a proto2 message without
 * a required field in either direction, come as {@link CodecException}.
 *
 * @param <T> the generated class
 */
public final class ProtobufCodec<T extends MessageLite> implements Codec<T> {

    private final String type;
    private final Parser<T> parser;

    private ProtobufCodec(String type, Parser<T> parser) {
        this.type = type;
        this.parser = parser;
    }

    /** Returns a codec for the type of a message, usually {@code Type.getDefaultInstance()}. */
    public static <T extends MessageLite> ProtobufCodec<T> of(T prototype) {
        // Generated classes return the parser of their own type.
        @SuppressWarnings("unchecked")
        Parser<T> parser = (Parser<T>) prototype.getParserForType();
        return new ProtobufCodec<>(prototype.getClass().getName(), parser);
    }

    @Override
    public byte[] encode(T value) {
        if (!value.isInitialized()) {
            throw new CodecException("a value of " + type + " lacks a required field");
        }
        return value.toByteArray();
    }

    @Override
    public T decode(ByteBuffer payload) {
        int size = payload.remaining();
        try {
            return parser.parseFrom(payload);
        } catch (InvalidProtocolBufferException malformed) {
            throw new CodecException("payload of " + size + " bytes is not " + type, malformed);
        }
    }
}
