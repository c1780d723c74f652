package io.roomcast.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads bytes that anybody may have written: whatever does not fit is {@link Refused}, and nothing is allocated for it. */
final class ByteSource {

    private final byte[] bytes;
    private final int end;
    private int at;

    ByteSource(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    int position() {
        return at;
    }

    int octet() throws Refused {
        need(1);
        return bytes[at++] & 0xff;
    }

    long varint() throws Refused {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            value |= (octet & 0x7fL) << shift;
            if (octet < 0x80) {
                return value;
            }
        }
        throw new Refused(Refused.Why.GARBAGE, "a number has more than 64 bits");
    }

    long fixed() throws Refused {
        need(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[at++] & 0xff;
        }
        return value;
    }

    byte[] sized() throws Refused {
        return take(length());
    }

    String text(int most) throws Refused {
        int length = length();
        if (length > most) {
            throw new Refused(Refused.Why.GARBAGE, "a text has " + length + " bytes, expected at most " + most);
        }
        need(length);
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    void skipSized() throws Refused {
        int length = length();
        need(length);
        at += length;
    }

    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, end);
        at = end;
        return rest;
    }

    private byte[] take(int length) throws Refused {
        need(length);
        byte[] taken = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return taken;
    }

    private int length() throws Refused {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new Refused(
                    Refused.Why.GARBAGE, "a length is " + length + ", but only " + (end - at) + " bytes follow");
        }
        return (int) length;
    }

    private void need(int count) throws Refused {
        if (end - at < count) {
            throw new Refused(Refused.Why.GARBAGE, "it ends after " + end + " bytes, in the middle of something");
        }
    }
}
