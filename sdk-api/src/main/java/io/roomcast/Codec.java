package io.roomcast;

import java.nio.ByteBuffer;

/**
 * Turns values of one type into payload bytes and back. {@link Codecs} has those for bytes and text; the runtime has one
 * for JSON over Jackson and one for protobuf messages.
 *
 * <p>Implementations are stateless or safe for concurrent use.
 *
 * @param <T> the type of the values
 */
public interface Codec<T> {

    /**
     * Returns the bytes of a value. The caller copies the array before it returns to its own caller.
     *
     * @throws CodecException if the value cannot be encoded
     */
    byte[] encode(T value);

    /**
     * Returns the value of the buffer's remaining bytes.
     *
     * @param payload read-only, valid during the call
     * @throws CodecException if the bytes are not an encoded value
     */
    T decode(ByteBuffer payload);
}
