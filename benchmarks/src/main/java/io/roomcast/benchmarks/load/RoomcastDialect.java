package io.roomcast.benchmarks.load;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Request;
import io.roomcast.runtime.wire.proto.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * {@code roomcast.v1.protobuf}: hello, join, then messages of one event, on a route as soon as the server has defined it. Reads
 * routed messages by hand, everything else with the generated classes.
 */
public final class RoomcastDialect implements Dialect {

    private static final String EVENT = "bench";
    private static final String SIGNAL = "signal";
    /** Field 1 of {@code Batch}, length-delimited. */
    private static final int ELEMENT_TAG = 1 << 3 | 2;

    private final SignalForm signals;
    private final boolean resumable;

    /**
     * @param signals one of the structured forms
     * @param resumable whether clients ask for sessions that can be resumed, and acknowledge what they get
     */
    public RoomcastDialect(SignalForm signals, boolean resumable) {
        this.signals = signals;
        this.resumable = resumable;
    }

    @Override
    public String path(String room) {
        return "/roomcast";
    }

    @Override
    public String subprotocol() {
        return "roomcast.v1.protobuf";
    }

    @Override
    public boolean text() {
        return false;
    }

    @Override
    public SignalForm signals() {
        return signals;
    }

    @Override
    public Conversation converse(String room) {
        return new RoomcastConversation(room, resumable);
    }

    private static final class RoomcastConversation implements Conversation {

        private final String room;
        private final boolean resumable;
        private final Acknowledgements acknowledgements = new Acknowledgements(RoomcastConversation::acknowledge);
        private boolean joined;
        private String peer = "";
        private int roomNumber;
        private int route;
        private int asked;
        private int answered;

        RoomcastConversation(String room, boolean resumable) {
            this.room = room;
            this.resumable = resumable;
        }

        @Override
        public void opened(Line line) {
            Hello.Builder hello =
                    Hello.newBuilder().setAgent("roomcast-benchmarks").setResumable(resumable);
            // A client that comes anew need not wait for the welcome.
            line.send(concatenated(
                    batch(Frame.newBuilder().setHello(hello)),
                    batch(Frame.newBuilder()
                            .setJoin(Join.newBuilder().setRoom(room).setRef(1)))));
        }

        /** Encoded batches can be joined to one. */
        private static byte[] concatenated(byte[] first, byte[] second) {
            byte[] both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        }

        @Override
        public boolean joined() {
            return joined;
        }

        @Override
        public void publish(byte[] payload, Line line) {
            if (route == 0) {
                say(
                        Frame.newBuilder()
                                .setMessage(Message.newBuilder()
                                        .setRoom(roomNumber)
                                        .setEvent(EVENT)
                                        .setPayload(ByteString.copyFrom(payload))),
                        line);
            } else {
                say(batch(route, payload), line);
            }
        }

        @Override
        public void tell(Conversation addressee, byte[] payload, Line line) {
            say(
                    Frame.newBuilder()
                            .setMessage(Message.newBuilder()
                                    .setRoom(roomNumber)
                                    .setEvent(SIGNAL)
                                    .setTo(((RoomcastConversation) addressee).peer)
                                    .setPayload(ByteString.copyFrom(payload))),
                    line);
        }

        @Override
        public void ask(byte[] payload, Line line) {
            say(
                    Frame.newBuilder()
                            .setRequest(Request.newBuilder()
                                    .setRoom(roomNumber)
                                    .setEvent(EVENT)
                                    .setId(++asked)
                                    .setPayload(ByteString.copyFrom(payload))),
                    line);
        }

        private static void acknowledge(long received, Line line) {
            line.send(acknowledgement(received));
        }

        private static byte[] acknowledgement(long received) {
            return batch(Frame.newBuilder().setAck(Ack.newBuilder().setReceived(received)));
        }

        private void say(Frame.Builder frame, Line line) {
            say(batch(frame), line);
        }

        private void say(byte[] batch, Line line) {
            long received = acknowledgements.tellAlong();
            line.send(received == 0 ? batch : concatenated(batch, acknowledgement(received)));
        }

        @Override
        public void reminded(Line line) {
            acknowledgements.reminded(line);
        }

        private static byte[] batch(Frame.Builder frame) {
            return batch(0, frame.build().toByteArray());
        }

        private static byte[] batch(int route, byte[] body) {
            int size = CodedOutputStream.computeUInt32SizeNoTag(route) + body.length;
            byte[] batch = new byte[1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size];
            CodedOutputStream out = CodedOutputStream.newInstance(batch);
            try {
                out.writeRawByte(ELEMENT_TAG);
                out.writeUInt32NoTag(size);
                out.writeUInt32NoTag(route);
                out.writeRawBytes(body);
                out.checkNoSpaceLeft();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return batch;
        }

        @Override
        public void received(ByteBuffer message, Line line, Heard heard) throws IOException, VoidRunException {
            while (message.hasRemaining()) {
                int tag = varint(message);
                if (tag != ELEMENT_TAG) {
                    throw new VoidRunException("a batch has field tag " + tag + ", expected " + ELEMENT_TAG);
                }
                int size = varint(message);
                int end = message.position() + size;
                int elementRoute = varint(message);
                if (elementRoute == 0) {
                    frame(message.slice(message.position(), end - message.position()), line, heard);
                } else if (elementRoute == route) {
                    heard.payload(message, message.position(), end - message.position());
                    acknowledgements.received(size, line);
                } else {
                    throw new VoidRunException("a message came on route " + elementRoute + ", expected " + route);
                }
                message.position(end);
            }
        }

        private void frame(ByteBuffer bytes, Line line, Heard heard) throws IOException, VoidRunException {
            int size = bytes.remaining();
            Frame frame;
            try {
                frame = Frame.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                throw new VoidRunException("a frame cannot be read: " + e.getMessage(), e);
            }
            switch (frame.getBodyCase()) {
                case ACK, PONG -> {
                    // Not numbered.
                    return;
                }
                case WELCOME -> {
                    peer = frame.getWelcome().getPeer();
                    if (resumable && !frame.getWelcome().getResume().isEmpty()) {
                        acknowledgements.begin();
                    }
                    return;
                }
                case JOINED -> {
                    joined = true;
                    roomNumber = frame.getJoined().getNumber();
                    frame.getJoined().getRoutesList().forEach(this::routeDefined);
                }
                case ROUTE -> routeDefined(frame.getRoute());
                case MESSAGE -> heard(frame.getMessage().getPayload(), heard);
                case REPLY -> {
                    Reply reply = frame.getReply();
                    if (reply.getCode() != 0 || reply.getId() != ++answered) {
                        throw said(frame);
                    }
                    heard(reply.getPayload(), heard);
                }
                default -> throw said(frame);
            }
            acknowledgements.received(size, line);
        }

        private static void heard(ByteString payload, Heard heard) throws IOException, VoidRunException {
            ByteBuffer bytes = payload.asReadOnlyByteBuffer();
            heard.payload(bytes, bytes.position(), bytes.remaining());
        }

        private static VoidRunException said(Frame frame) {
            return new VoidRunException("the server said " + frame.toString().replace('\n', ' '));
        }

        private void routeDefined(Route definition) {
            if (definition.getEvent().equals(EVENT)) {
                route = definition.getRoute();
            }
        }

        private static int varint(ByteBuffer bytes) {
            int value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = bytes.get();
                value |= (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }
    }
}
