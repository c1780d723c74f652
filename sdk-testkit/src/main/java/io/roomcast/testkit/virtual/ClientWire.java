package io.roomcast.testkit.virtual;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Cancel;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.History;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Leave;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Ping;
import io.roomcast.runtime.wire.proto.Request;
import io.roomcast.testkit.frame.Numbering;
import io.roomcast.testkit.oracle.HistoryOracle;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of the protobuf subprotocol: whole WebSocket messages of one frame out, batches in. What comes often, messages on routes, is read and written by hand
 * and without objects; everything else goes through the generated classes.
 */
final class ClientWire {

    private static final int ELEMENT_TAG = 0x0a;

    private ClientWire() {}

    /** Is told what is in a batch, in order. */
    interface Reader {

        /** Returns whether it wants to know more. */
        boolean reads();

        /** A frame that is no message on a route. */
        void frame(int peer, Frame frame) throws IOException;

        /** A message on a route; the payload is a part of the array, which is not to be kept. */
        void data(int peer, int route, byte[] bytes, int offset, int length);
    }

    /** Reads a batch. @throws IOException if it is none */
    static void read(int peer, byte[] bytes, Reader reader) throws IOException {
        int at = 0;
        while (at < bytes.length && reader.reads()) {
            if (bytes[at++] != ELEMENT_TAG) {
                throw new IOException(
                        "byte " + (at - 1) + " of a batch is " + bytes[at - 1] + ", expected " + ELEMENT_TAG);
            }
            int length = 0;
            int shift = 0;
            byte more;
            do {
                more = bytes[at++];
                length |= (more & 0x7f) << shift;
                shift += 7;
            } while (more < 0);
            int end = at + length;
            int route = 0;
            shift = 0;
            do {
                more = bytes[at++];
                route |= (more & 0x7f) << shift;
                shift += 7;
            } while (more < 0);
            if (length < 0 || end > bytes.length || at > end) {
                throw new IOException("an element of " + length + " bytes reaches beyond its batch of " + bytes.length);
            }
            if (route > 0) {
                reader.data(peer, route, bytes, at, end - at);
            } else {
                reader.frame(peer, Frame.parseFrom(CodedInputStream.newInstance(bytes, at, end - at)));
            }
            at = end;
        }
    }

    /** Returns the frame of a message of a client, which is not on a route. */
    static Frame frame(byte[] bytes) {
        Frame[] only = new Frame[1];
        try {
            read(-1, bytes, new Reader() {
                @Override
                public boolean reads() {
                    return true;
                }

                @Override
                public void frame(int peer, Frame frame) {
                    only[0] = frame;
                }

                @Override
                public void data(int peer, int route, byte[] all, int offset, int length) {
                    throw new IllegalStateException("a message is on route " + route + ", expected a frame");
                }
            });
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return only[0];
    }

    static byte[] hello(String token, @Nullable StreamState stream) {
        Hello.Builder hello = Hello.newBuilder().setAgent("roomcast-testkit").setToken(token);
        if (stream != null) {
            hello.setResumable(true);
            if (!stream.token().isEmpty()) {
                hello.setResume(stream.token()).setReceived(stream.received()).setAttempt(stream.nextAttempt());
            }
        }
        return batch(Frame.newBuilder().setHello(hello).build());
    }

    static byte[] ack(long received) {
        return batch(Frame.newBuilder()
                .setAck(Ack.newBuilder().setReceived(received))
                .build());
    }

    static byte[] join(String room, int ref) {
        return batch(Frame.newBuilder()
                .setJoin(Join.newBuilder().setRoom(room).setRef(ref))
                .build());
    }

    /** Joins again, to go on from a place in the room's history. */
    static byte[] join(String room, int ref, HistoryOracle.Place place) {
        return batch(Frame.newBuilder()
                .setJoin(Join.newBuilder()
                        .setRoom(room)
                        .setRef(ref)
                        .setEpoch(place.epoch())
                        .setOffset(place.offset())
                        .setPeer(place.peer()))
                .build());
    }

    /** Asks for the newest messages of a room's history. */
    static byte[] history(int number, int ref, int limit) {
        return batch(Frame.newBuilder()
                .setHistory(History.newBuilder().setRoom(number).setRef(ref).setLimit(limit))
                .build());
    }

    static byte[] leave(int number, int ref) {
        return batch(Frame.newBuilder()
                .setLeave(Leave.newBuilder().setRoom(number).setRef(ref))
                .build());
    }

    static byte[] message(int number, String event, String to, byte[] payload) {
        return batch(Frame.newBuilder()
                .setMessage(Message.newBuilder()
                        .setRoom(number)
                        .setEvent(event)
                        .setTo(to)
                        .setPayload(shared(payload)))
                .build());
    }

    static byte[] request(int number, String event, int id, int timeoutMillis, byte[] payload) {
        return batch(Frame.newBuilder()
                .setRequest(Request.newBuilder()
                        .setRoom(number)
                        .setEvent(event)
                        .setId(id)
                        .setTimeoutMs(timeoutMillis)
                        .setPayload(shared(payload)))
                .build());
    }

    static byte[] ping(int ref) {
        return batch(Frame.newBuilder().setPing(Ping.newBuilder().setRef(ref)).build());
    }

    /** Returns a frame of a session that has moved, with the numbers that rooms have now; one about a room that was left says nothing. */
    static byte[] renumbered(byte[] bytes, Map<Integer, Integer> numbers) {
        Frame frame = frame(bytes);
        int before = Numbering.room(frame);
        if (before == 0) {
            return bytes;
        }
        Integer now = numbers.get(before);
        return batch(
                now == null
                        ? Frame.newBuilder()
                                .setCancel(Cancel.getDefaultInstance())
                                .build()
                        : Numbering.withRoom(frame, now));
    }

    /** Returns the array of a message on a route, with room for the payload, which begins at its length less {@code size}. */
    static byte[] data(int route, int size) {
        int routeBytes = CodedOutputStream.computeUInt32SizeNoTag(route);
        int length = routeBytes + size;
        byte[] bytes = new byte[1 + CodedOutputStream.computeUInt32SizeNoTag(length) + length];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.write((byte) ELEMENT_TAG);
            out.writeUInt32NoTag(length);
            out.writeUInt32NoTag(route);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes;
    }

    private static byte[] batch(Frame frame) {
        int size = frame.getSerializedSize();
        byte[] bytes = data(0, size);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, bytes.length - size, size);
        try {
            frame.writeTo(out);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes;
    }

    private static ByteString shared(byte[] payload) {
        return UnsafeByteOperations.unsafeWrap(payload);
    }
}
