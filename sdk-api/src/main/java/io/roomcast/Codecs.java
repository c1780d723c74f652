package io.roomcast;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The codecs that need no library. */
public final class Codecs {

    private static final Codec<byte[]> BYTES = new Bytes();
    private static final Codec<String> UTF8 = new Utf8();

    private Codecs() {}

    /** Returns the codec of plain bytes. */
    public static Codec<byte[]> bytes() {
        return BYTES;
    }

    /** Returns the codec of text in UTF-8. Decoding malformed bytes fails. */
    public static Codec<String> utf8() {
        return UTF8;
    }

    private static final class Bytes implements Codec<byte[]> {
        @Override
        public byte[] encode(byte[] value) {
            return value;
        }

        @Override
        public byte[] decode(ByteBuffer payload) {
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            return bytes;
        }
    }

    private static final class Utf8 implements Codec<String> {
        @Override
        public byte[] encode(String value) {
            return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(ByteBuffer payload) {
            int size = payload.remaining();
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(payload).toString();
            } catch (CharacterCodingException malformed) {
                throw new CodecException("payload of " + size + " bytes is not UTF-8", malformed);
            }
        }
    }
}
