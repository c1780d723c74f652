package io.roomcast.runtime.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.roomcast.Message;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Batch;
import io.roomcast.runtime.wire.proto.Cancel;
import io.roomcast.runtime.wire.proto.Entry;
import io.roomcast.runtime.wire.proto.Error;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Gap;
import io.roomcast.runtime.wire.proto.GoAway;
import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Left;
import io.roomcast.runtime.wire.proto.Limits;
import io.roomcast.runtime.wire.proto.Moved;
import io.roomcast.runtime.wire.proto.Page;
import io.roomcast.runtime.wire.proto.Pong;
import io.roomcast.runtime.wire.proto.Position;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Request;
import io.roomcast.runtime.wire.proto.Route;
import io.roomcast.runtime.wire.proto.Welcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The subprotocol {@code roomcast.v1.protobuf}. A chunk is an encoded {@link Batch} of one frame, and encoded batches can be
 * joined.
 *
 * <p>Messages are written and read by hand: the chunk's array is made once in its final size. Generated classes serve the
 * frames that are rare.
 *
 * <p>Reading is bounded by the message: nothing is copied but names, and no length is believed before that many bytes are
 * seen to be there. Bounds of its own: {@value HelloBounds#MAX_AGENT_BYTES} bytes of agent, {@value HelloBounds#MAX_TOKEN_BYTES}
 * of token, route and room numbers up to 2³¹−1, groups nested 8 deep in fields it does not know. Beyond them:
 * {@link WireException}.
 *
 * <p>A lone surrogate in a text that the application gives is written as {@code ?}.
 */
public final class ProtobufFormat implements WireFormat {

    private static final int MESSAGE_ROOM = io.roomcast.runtime.wire.proto.Message.ROOM_FIELD_NUMBER;
    private static final int MESSAGE_EVENT = io.roomcast.runtime.wire.proto.Message.EVENT_FIELD_NUMBER;
    private static final int MESSAGE_FROM = io.roomcast.runtime.wire.proto.Message.FROM_FIELD_NUMBER;
    private static final int MESSAGE_OFFSET = io.roomcast.runtime.wire.proto.Message.OFFSET_FIELD_NUMBER;
    private static final int MESSAGE_PAYLOAD = io.roomcast.runtime.wire.proto.Message.PAYLOAD_FIELD_NUMBER;

    private static final int CONTROL_ROUTE = 0;
    private static final int CONTROL_ROUTE_SIZE = 1;

    @Override
    public String subprotocol() {
        return "roomcast.v1.protobuf";
    }

    @Override
    public MessageType messageType() {
        return MessageType.BINARY;
    }

    @Override
    public boolean usesRoutes() {
        return true;
    }

    @Override
    public void read(ByteBuffer message, ClientFrames receiver) throws WireException {
        new ProtobufFrameReader(message, receiver).read();
    }

    @Override
    public Chunk welcome(WelcomeFrame welcome) {
        return unnumbered(Frame.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setPeer(welcome.peerId())
                        .setNode(welcome.nodeId())
                        .setLimits(Limits.newBuilder()
                                .setMaxMessageBytes(welcome.maxMessageBytes())
                                .setMaxRooms(welcome.maxRooms()))
                        .setPingIntervalMs(welcome.pingIntervalMillis())
                        .setResume(welcome.resume())
                        .setResumeWindowMs(welcome.resumeWindowMillis())
                        .setResumed(welcome.resumed())
                        .setReceived(welcome.received())));
    }

    @Override
    public Chunk joined(RoomKey room, int ref, byte[] snapshot, List<RouteDefinition> routes, @Nullable JoinedAt at) {
        Joined.Builder joined = Joined.newBuilder()
                .setRoom(room.name())
                .setRef(ref)
                .setNumber(room.number())
                .setSnapshot(view(snapshot));
        for (RouteDefinition definition : routes) {
            joined.addRoutes(definition(room, definition));
        }
        if (at != null) {
            joined.setEpoch(at.epoch())
                    .setOffset(at.offset())
                    .setMissed(at.missed())
                    .setUnrecoverable(at.unrecoverable());
        }
        return frame(Frame.newBuilder().setJoined(joined));
    }

    @Override
    public Chunk left(RoomKey room, int ref, String reason) {
        return frame(Frame.newBuilder()
                .setLeft(Left.newBuilder().setRoom(room.number()).setRef(ref).setReason(reason)));
    }

    @Override
    public Chunk message(@Nullable RoomKey room, @Nullable String from, Message message, long offset) {
        int number = room == null ? 0 : room.number();
        String sender = from == null ? "" : from;
        String event = message.event();
        int payload = message.size();

        int body = CodedOutputStream.computeStringSize(MESSAGE_EVENT, event);
        if (number != 0) {
            body += CodedOutputStream.computeUInt32Size(MESSAGE_ROOM, number);
        }
        if (!sender.isEmpty()) {
            body += CodedOutputStream.computeStringSize(MESSAGE_FROM, sender);
        }
        if (payload > 0) {
            body += CodedOutputStream.computeTagSize(MESSAGE_PAYLOAD) + delimited(payload);
        }
        int tail = offset == 0 ? 0 : CodedOutputStream.computeUInt64Size(MESSAGE_OFFSET, offset);
        body += tail;
        int element =
                CONTROL_ROUTE_SIZE + CodedOutputStream.computeTagSize(Frame.MESSAGE_FIELD_NUMBER) + delimited(body);

        byte[] bytes = new byte[CodedOutputStream.computeTagSize(Batch.FRAMES_FIELD_NUMBER) + delimited(element)];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            writeLength(out, Batch.FRAMES_FIELD_NUMBER, element);
            out.writeUInt32NoTag(CONTROL_ROUTE);
            writeLength(out, Frame.MESSAGE_FIELD_NUMBER, body);
            if (number != 0) {
                out.writeUInt32(MESSAGE_ROOM, number);
            }
            out.writeString(MESSAGE_EVENT, event);
            if (!sender.isEmpty()) {
                out.writeString(MESSAGE_FROM, sender);
            }
            if (payload > 0) {
                writeLength(out, MESSAGE_PAYLOAD, payload);
            }
            if (tail > 0) {
                CodedOutputStream.newInstance(bytes, bytes.length - tail, tail).writeUInt64(MESSAGE_OFFSET, offset);
            }
        } catch (IOException outOfSpace) {
            throw new IllegalStateException("the size of a message was computed wrongly", outOfSpace);
        }
        return finished(bytes, out, message, tail);
    }

    @Override
    public Chunk data(int route, Message message) {
        if (route <= 0) {
            throw new IllegalArgumentException("route is " + route + ", expected a positive number");
        }
        int element = CodedOutputStream.computeUInt32SizeNoTag(route) + message.size();
        byte[] bytes = new byte[CodedOutputStream.computeTagSize(Batch.FRAMES_FIELD_NUMBER) + delimited(element)];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            writeLength(out, Batch.FRAMES_FIELD_NUMBER, element);
            out.writeUInt32NoTag(route);
        } catch (IOException outOfSpace) {
            throw new IllegalStateException("the size of a message was computed wrongly", outOfSpace);
        }
        return finished(bytes, out, message, 0);
    }

    @Override
    public Chunk route(RoomKey room, RouteDefinition definition) {
        return frame(Frame.newBuilder().setRoute(definition(room, definition)));
    }

    @Override
    public Chunk gap(RoomKey room, long missed) {
        return frame(Frame.newBuilder()
                .setGap(Gap.newBuilder().setRoom(room.number()).setMissed(missed)));
    }

    @Override
    public Chunk position(RoomKey room, long offset, String epoch) {
        return frame(Frame.newBuilder()
                .setPosition(Position.newBuilder()
                        .setRoom(room.number())
                        .setOffset(offset)
                        .setEpoch(epoch)));
    }

    @Override
    public Chunk page(RoomKey room, int ref, PageContent page) {
        Page.Builder body = Page.newBuilder()
                .setRoom(room.number())
                .setRef(ref)
                .setEpoch(page.epoch())
                .setOldest(page.oldest())
                .setNewest(page.newest())
                .setThrough(page.through());
        for (PageContent.Entry entry : page.entries()) {
            body.addEntries(Entry.newBuilder()
                    .setOffset(entry.offset())
                    .setEvent(entry.message().event())
                    .setFrom(entry.from() == null ? "" : entry.from())
                    .setPayload(UnsafeByteOperations.unsafeWrap(entry.message().payload())));
        }
        return frame(Frame.newBuilder().setPage(body));
    }

    @Override
    public Chunk goAway(int reconnectAfterMillis, String reason) {
        return unnumbered(Frame.newBuilder()
                .setGoAway(GoAway.newBuilder()
                        .setReconnectAfterMs(reconnectAfterMillis)
                        .setReason(reason)));
    }

    @Override
    public Chunk error(int code, String text, int ref, boolean terminal, String room) {
        Frame.Builder error = Frame.newBuilder()
                .setError(Error.newBuilder()
                        .setCode(code)
                        .setText(text)
                        .setRef(ref)
                        .setTerminal(terminal)
                        .setRoom(room));
        return terminal ? unnumbered(error) : frame(error);
    }

    @Override
    public Chunk pong(int ref) {
        return unnumbered(Frame.newBuilder().setPong(Pong.newBuilder().setRef(ref)));
    }

    @Override
    public Chunk ack(long received) {
        return unnumbered(Frame.newBuilder().setAck(Ack.newBuilder().setReceived(received)));
    }

    @Override
    public Chunk moved(RoomKey room, List<RouteDefinition> routes) {
        Moved.Builder moved = Moved.newBuilder().setRoom(room.name()).setNumber(room.number());
        for (RouteDefinition definition : routes) {
            moved.addRoutes(definition(room, definition));
        }
        return frame(Frame.newBuilder().setMoved(moved));
    }

    @Override
    public Chunk request(@Nullable RoomKey room, @Nullable String from, int id, int timeoutMillis, Message message) {
        return frame(Frame.newBuilder()
                .setRequest(Request.newBuilder()
                        .setRoom(room == null ? 0 : room.number())
                        .setEvent(message.event())
                        .setId(id)
                        .setTimeoutMs(timeoutMillis)
                        .setFrom(from == null ? "" : from)
                        .setPayload(UnsafeByteOperations.unsafeWrap(message.payload()))));
    }

    @Override
    public Chunk reply(int id, Message answer) {
        return frame(Frame.newBuilder()
                .setReply(Reply.newBuilder().setId(id).setPayload(UnsafeByteOperations.unsafeWrap(answer.payload()))));
    }

    @Override
    public Chunk refusal(int id, int code, String reason) {
        return frame(Frame.newBuilder()
                .setReply(Reply.newBuilder().setId(id).setCode(code).setReason(reason)));
    }

    @Override
    public Chunk cancel(int id) {
        return frame(Frame.newBuilder().setCancel(Cancel.newBuilder().setId(id)));
    }

    private static Route definition(RoomKey room, RouteDefinition definition) {
        return Route.newBuilder()
                .setRoute(definition.route())
                .setRoom(room.number())
                .setEvent(definition.event())
                .setHistory(definition.history())
                .build();
    }

    private static Chunk frame(Frame.Builder builder) {
        return Chunk.of(batchOf(builder));
    }

    private static Chunk unnumbered(Frame.Builder builder) {
        return Chunk.unnumbered(batchOf(builder));
    }

    private static byte[] batchOf(Frame.Builder builder) {
        Frame frame = builder.build();
        int element = CONTROL_ROUTE_SIZE + frame.getSerializedSize();
        byte[] bytes = new byte[CodedOutputStream.computeTagSize(Batch.FRAMES_FIELD_NUMBER) + delimited(element)];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            writeLength(out, Batch.FRAMES_FIELD_NUMBER, element);
            out.writeUInt32NoTag(CONTROL_ROUTE);
            frame.writeTo(out);
        } catch (IOException outOfSpace) {
            throw new IllegalStateException("the size of a frame was computed wrongly", outOfSpace);
        }
        out.checkNoSpaceLeft();
        return bytes;
    }

    /** Puts the payload behind the head and before the tail. */
    private static Chunk finished(byte[] bytes, CodedOutputStream head, Message message, int tail) {
        if (head.spaceLeft() != message.size() + tail) {
            throw new IllegalStateException("the size of a message was computed wrongly: " + head.spaceLeft()
                    + " bytes are left for a payload of " + message.size() + " and " + tail + " behind it");
        }
        message.copyTo(bytes, bytes.length - tail - message.size());
        return Chunk.of(bytes);
    }

    private static int delimited(int size) {
        return CodedOutputStream.computeUInt32SizeNoTag(size) + size;
    }

    private static void writeLength(CodedOutputStream out, int field, int length) throws IOException {
        out.writeTag(field, com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(length);
    }

    private static ByteString view(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }
}
