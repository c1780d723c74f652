package io.roomcast.testkit.socket;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.testkit.scenario.Subprotocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** The batches of {@code roomcast.v1.protobuf}, written from the protocol's page and not with the server's code: what the two understand of each other is tested too. */
final class Batches implements Encoding {

    /** It remembers nothing of a client. */
    static final Batches SHARED = new Batches();

    /** Field 1 of {@code Batch}, length-delimited. */
    private static final int ELEMENT_TAG = 1 << 3 | 2;

    private static final int FRAME_ROUTE = 0;

    private Batches() {}

    @Override
    public Subprotocol subprotocol() {
        return Subprotocol.PROTOBUF;
    }

    @Override
    public byte[] of(Frame.Builder frame) {
        byte[] body = frame.build().toByteArray();
        return of(FRAME_ROUTE, ByteBuffer.wrap(body));
    }

    @Override
    public byte[] of(int route, ByteBuffer body) {
        int length = body.remaining();
        int size = CodedOutputStream.computeUInt32SizeNoTag(route) + length;
        byte[] batch = new byte[1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size];
        CodedOutputStream out = CodedOutputStream.newInstance(batch);
        try {
            out.writeRawByte(ELEMENT_TAG);
            out.writeUInt32NoTag(size);
            out.writeUInt32NoTag(route);
            body.get(body.position(), batch, batch.length - length, length);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "a batch of " + batch.length + " bytes does not hold what it was made for", e);
        }
        return batch;
    }

    @Override
    public void read(ByteBuffer batch, Sink sink) throws MalformedException {
        int limit = batch.limit();
        while (batch.position() < limit) {
            int tag = varint(batch);
            if (tag != ELEMENT_TAG) {
                throw new MalformedException("a batch has field tag " + tag + ", expected " + ELEMENT_TAG);
            }
            int length = varint(batch);
            int end = batch.position() + length;
            if (length < 1 || length > limit - batch.position()) {
                throw new MalformedException(
                        "an element has " + length + " bytes, expected 1 to " + (limit - batch.position()));
            }
            batch.limit(end);
            int route = varint(batch);
            if (route == FRAME_ROUTE) {
                int bytes = batch.remaining();
                sink.frame(frame(batch), bytes);
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

    private static int varint(ByteBuffer bytes) throws MalformedException {
        int value = 0;
        for (int shift = 0; shift < 35 && bytes.hasRemaining(); shift += 7) {
            byte next = bytes.get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedException("a number is cut off or longer than five bytes");
    }
}
