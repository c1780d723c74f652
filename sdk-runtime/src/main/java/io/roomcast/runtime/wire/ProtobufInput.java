package io.roomcast.runtime.wire;

import com.google.protobuf.WireFormat;
import java.nio.ByteBuffer;

/**
 * A cursor over protobuf-encoded bytes. It copies nothing, allocates only what it returns, and trusts no length: each is
 * compared with what is there before anything is done with it. Leaves the buffer's position and limit alone.
 *
 * <p>Written by hand because {@code CodedInputStream} copies read-only buffers, and cannot say where it stumbled.
 */
final class ProtobufInput {

    /** Groups are not used by this protocol and tolerated in unknown fields, this deep. */
    private static final int MAX_GROUP_DEPTH = 8;

    private final ByteBuffer buffer;
    private final int start;
    private final int limit;
    private int position;

    ProtobufInput(ByteBuffer buffer) {
        this.buffer = buffer;
        this.start = buffer.position();
        this.position = start;
        this.limit = buffer.limit();
    }

    /** Returns the absolute index in the buffer at which the bytes end. */
    int limit() {
        return limit;
    }

    /** Returns the absolute index in the buffer. */
    int position() {
        return position;
    }

    /** Reads a field's tag before {@code end}. */
    int tag(int end) throws WireException {
        int at = position;
        long tag = varint(end);
        if (tag < 0 || tag > 0xFFFF_FFFFL || tag >>> 3 == 0) {
            throw malformed("bad field tag " + Long.toUnsignedString(tag), at);
        }
        return (int) tag;
    }

    /** Reads a varint of up to 64 bits that ends before {@code end}. */
    long varint(int end) throws WireException {
        int at = position;
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (position >= end) {
                throw malformed("varint is cut off", at);
            }
            byte b = buffer.get(position++);
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw malformed("varint is longer than 10 bytes", at);
    }

    /** Reads a {@code uint32}; bits above are dropped, as protobuf does. */
    int uint32(int end) throws WireException {
        return (int) varint(end);
    }

    /** Reads a number that only this side gives out, so that one above 2³¹−1 cannot be genuine. */
    int givenNumber(String name, int end) throws WireException {
        int at = position;
        long value = varint(end);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw malformed(
                    name + " is " + Long.toUnsignedString(value) + ", expected at most " + Integer.MAX_VALUE, at);
        }
        return (int) value;
    }

    /** Reads a length and returns where the bytes end that begin at {@link #position()}. */
    int endOfBytes(int end) throws WireException {
        int at = position;
        long length = varint(end);
        if (length < 0 || length > end - position) {
            throw malformed(
                    "length is " + Long.toUnsignedString(length) + ", expected at most " + (end - position), at);
        }
        return position + (int) length;
    }

    /** Reads a {@code string}. */
    String string(String name, int end) throws WireException {
        return string(name, Integer.MAX_VALUE, end);
    }

    /** Reads a {@code string} of at most {@code maxBytes}. */
    String string(String name, int maxBytes, int end) throws WireException {
        int to = endOfBytes(end);
        int from = position;
        if (to - from > maxBytes) {
            throw malformed(name + " has " + (to - from) + " bytes, expected at most " + maxBytes, from);
        }
        String text = Utf8.decode(buffer, from, to);
        if (text == null) {
            throw malformed(name + " is not UTF-8", from);
        }
        position = to;
        return text;
    }

    /** Lends a part of the bytes, until {@link #takeBack()}; nothing can be read meanwhile. */
    ByteBuffer lend(int from, int to) {
        return buffer.limit(to).position(from);
    }

    /** Puts the buffer right again, whatever was done to its position and limit. */
    void takeBack() {
        buffer.limit(limit).position(start);
    }

    /** Moves to an absolute index in the buffer, before an end that was compared with what is there. */
    void moveTo(int index) {
        position = index;
    }

    /** Moves past the value of a field. */
    void skip(int tag, int end) throws WireException {
        skip(tag, end, 0);
    }

    private void skip(int tag, int end, int depth) throws WireException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> varint(end);
            case WireFormat.WIRETYPE_FIXED64 -> skipFixed(Long.BYTES, end);
            case WireFormat.WIRETYPE_FIXED32 -> skipFixed(Integer.BYTES, end);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> position = endOfBytes(end);
            case WireFormat.WIRETYPE_START_GROUP -> skipGroup(WireFormat.getTagFieldNumber(tag), end, depth + 1);
            case WireFormat.WIRETYPE_END_GROUP -> throw malformed("a group ends that did not begin", position);
            default -> throw malformed("wire type " + WireFormat.getTagWireType(tag) + " does not exist", position);
        }
    }

    private void skipGroup(int field, int end, int depth) throws WireException {
        if (depth > MAX_GROUP_DEPTH) {
            throw malformed("groups are nested deeper than " + MAX_GROUP_DEPTH, position);
        }
        while (true) {
            int tag = tag(end);
            if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_END_GROUP) {
                if (WireFormat.getTagFieldNumber(tag) != field) {
                    throw malformed("group " + field + " ends as " + WireFormat.getTagFieldNumber(tag), position);
                }
                return;
            }
            skip(tag, end, depth);
        }
    }

    private void skipFixed(int size, int end) throws WireException {
        if (end - position < size) {
            throw malformed("fixed-size field of " + size + " bytes is cut off", position);
        }
        position += size;
    }

    /** Returns the exception for something wrong at an absolute index of the buffer. */
    WireException malformed(String what, int at) {
        return new WireException(what + ", at byte " + (at - start));
    }
}
