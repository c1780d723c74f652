package io.roomcast.testkit.socket;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.testkit.scenario.Subprotocol;
import java.nio.ByteBuffer;

/** The batches of {@code roomcast.v1.protobuf}, written from the protocol's page and not with the server's code: what the two understand of each other is tested too. */
final class Batches implements Encoding {

    /** It remembers nothing of a client. */
    static final Batches SHARED = new Batches();

    /** Field 1 of {@code Batch}, length-delimited. */
    private static final int ELEMENT_TAG = 1 << 3 | 2;

    private static final int FRAME_ROUTE = 0;
    private static final long NONE = -1;
    /** Field {@code ack} of {@code Frame}, length-delimited, and field {@code received} of {@code Ack}, a varint. */
    private static final int ACK_TAG = Frame.ACK_FIELD_NUMBER << 3 | 2;

    private static final int RECEIVED_TAG = Ack.RECEIVED_FIELD_NUMBER << 3;

    private Batches() {}

    @Override
    public Subprotocol subprotocol() {
        return Subprotocol.PROTOBUF;
    }

    @Override
    public void write(Frame.Builder frame, Draft to) {
        Frame body = frame.build();
        int length = body.getSerializedSize();
        element(FRAME_ROUTE, length, to);
        to.write(body, length);
    }

    @Override
    public void write(int route, ByteBuffer payload, Draft to) {
        element(route, payload.remaining(), to);
        to.write(payload);
    }

    /** As {@link Encoding#acknowledge}, which makes three objects more of it. */
    @Override
    public void acknowledge(long received, Draft to) {
        int body = varintSize(RECEIVED_TAG) + varintSize(received);
        element(FRAME_ROUTE, varintSize(ACK_TAG) + varintSize(body) + body, to);
        to.varint(ACK_TAG);
        to.varint(body);
        to.varint(RECEIVED_TAG);
        to.varint(received);
    }

    /** Writes what is before the body of an element. */
    private static void element(int route, int bodyLength, Draft to) {
        to.write(ELEMENT_TAG);
        to.varint(varintSize(route) + bodyLength);
        to.varint(route);
    }

    private static int varintSize(long number) {
        return CodedOutputStream.computeUInt64SizeNoTag(number);
    }

    @Override
    public void read(ByteBuffer batch, Sink sink) throws MalformedException {
        int limit = batch.limit();
        while (batch.position() < limit) {
            long tag = varint(batch);
            if (tag != ELEMENT_TAG) {
                throw new MalformedException("a batch has field tag " + tag + ", expected " + ELEMENT_TAG);
            }
            long length = varint(batch);
            if (length < 1 || length > limit - batch.position()) {
                throw new MalformedException(
                        "an element has " + length + " bytes, expected 1 to " + (limit - batch.position()));
            }
            int end = batch.position() + (int) length;
            batch.limit(end);
            int route = (int) varint(batch);
            if (route == FRAME_ROUTE) {
                int bytes = batch.remaining();
                long acknowledged = acknowledgement(batch);
                if (acknowledged == NONE) {
                    sink.frame(frame(batch), bytes);
                } else {
                    sink.acknowledged(acknowledged);
                }
            } else {
                sink.routed(route, batch);
            }
            batch.limit(limit).position(end);
        }
    }

    private static Frame frame(ByteBuffer encoded) throws MalformedException {
        try {
            return Frame.parseFrom(encoded);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedException("a frame cannot be read: " + e.getMessage());
        }
    }

    @Override
    public void left(int number) {
        // The server says which number the next room has.
    }

    /** Reads a frame that is an acknowledgement and nothing else, of which one comes with nearly every message. Returns {@link #NONE} where it is another, of which nothing is read then. */
    private static long acknowledgement(ByteBuffer frame) throws MalformedException {
        int start = frame.position();
        if (frame.hasRemaining()
                && varint(frame) == ACK_TAG
                && varint(frame) == frame.remaining()
                && frame.hasRemaining()
                && varint(frame) == RECEIVED_TAG) {
            long received = varint(frame);
            if (!frame.hasRemaining()) {
                return received;
            }
        }
        frame.position(start);
        return NONE;
    }

    private static long varint(ByteBuffer bytes) throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE && bytes.hasRemaining(); shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedException("a number is cut off or longer than ten bytes");
    }
}
