package io.roomcast.runtime.wire;

import com.google.protobuf.CodedOutputStream;
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
 * <p>Everything is written and read by hand, and the array of a message is made once in its final size. The generated classes only lend
 * the numbers of fields, which javac puts in, so that a node does not load them.
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

    private static final int FRAMES_TAG =
            Batch.FRAMES_FIELD_NUMBER << 3 | com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int CONTROL_ROUTE = 0;
    private static final int CONTROL_ROUTE_SIZE = 1;

    /** Holds a frame that is a few numbers. */
    private static final int NUMBERS = 24;

    /** Holds most frames that have no payload. */
    private static final int SMALL = 160;

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
        ProtobufFrameReader.read(message, receiver);
    }

    @Override
    public Chunk welcome(WelcomeFrame welcome) {
        ProtobufOutput out = small().uint64(Welcome.RECEIVED_FIELD_NUMBER, welcome.received())
                .bool(Welcome.RESUMED_FIELD_NUMBER, welcome.resumed())
                .uint32(Welcome.RESUME_WINDOW_MS_FIELD_NUMBER, welcome.resumeWindowMillis())
                .string(Welcome.RESUME_FIELD_NUMBER, welcome.resume())
                .uint32(Welcome.PING_INTERVAL_MS_FIELD_NUMBER, welcome.pingIntervalMillis());
        int behindLimits = out.size();
        out.uint32(Limits.MAX_ROOMS_FIELD_NUMBER, welcome.maxRooms())
                .uint32(Limits.MAX_MESSAGE_BYTES_FIELD_NUMBER, welcome.maxMessageBytes())
                .message(Welcome.LIMITS_FIELD_NUMBER, behindLimits)
                .string(Welcome.NODE_FIELD_NUMBER, welcome.nodeId())
                .string(Welcome.PEER_FIELD_NUMBER, welcome.peerId());
        return unnumbered(Frame.WELCOME_FIELD_NUMBER, out);
    }

    @Override
    public Chunk joined(RoomKey room, int ref, byte[] snapshot, List<RouteDefinition> routes, @Nullable JoinedAt at) {
        ProtobufOutput out = new ProtobufOutput(SMALL + snapshot.length);
        if (at != null) {
            out.bool(Joined.UNRECOVERABLE_FIELD_NUMBER, at.unrecoverable())
                    .uint64(Joined.MISSED_FIELD_NUMBER, at.missed())
                    .uint64(Joined.OFFSET_FIELD_NUMBER, at.offset())
                    .string(Joined.EPOCH_FIELD_NUMBER, at.epoch());
        }
        definitions(Joined.ROUTES_FIELD_NUMBER, room, routes, out);
        out.bytes(Joined.SNAPSHOT_FIELD_NUMBER, snapshot)
                .uint32(Joined.NUMBER_FIELD_NUMBER, room.number())
                .uint32(Joined.REF_FIELD_NUMBER, ref)
                .string(Joined.ROOM_FIELD_NUMBER, room.name());
        return frame(Frame.JOINED_FIELD_NUMBER, out);
    }

    @Override
    public Chunk left(RoomKey room, int ref, String reason) {
        return frame(
                Frame.LEFT_FIELD_NUMBER,
                small().string(Left.REASON_FIELD_NUMBER, reason)
                        .uint32(Left.REF_FIELD_NUMBER, ref)
                        .uint32(Left.ROOM_FIELD_NUMBER, room.number()));
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
        int element = elementSize(Frame.MESSAGE_FIELD_NUMBER, body);

        byte[] bytes = new byte[batchSize(Frame.MESSAGE_FIELD_NUMBER, body)];
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
        // Not by a CodedOutputStream: this is what most messages are, and it would be one more object for each.
        int at = putVarint(bytes, 0, FRAMES_TAG);
        at = putVarint(bytes, at, element);
        at = putVarint(bytes, at, route);
        if (at + message.size() != bytes.length) {
            throw new IllegalStateException("the size of a message was computed wrongly: of " + bytes.length + " bytes "
                    + at + " are before a payload of " + message.size());
        }
        message.copyTo(bytes, at);
        return Chunk.of(bytes);
    }

    /** Writes an unsigned number and returns where it ends. */
    private static int putVarint(byte[] target, int from, int value) {
        int at = from;
        int left = value;
        while ((left & ~0x7F) != 0) {
            target[at++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        target[at++] = (byte) left;
        return at;
    }

    @Override
    public Chunk route(RoomKey room, RouteDefinition definition) {
        return frame(Frame.ROUTE_FIELD_NUMBER, definition(room, definition, small()));
    }

    @Override
    public Chunk gap(RoomKey room, long missed) {
        return frame(
                Frame.GAP_FIELD_NUMBER,
                small().uint64(Gap.MISSED_FIELD_NUMBER, missed).uint32(Gap.ROOM_FIELD_NUMBER, room.number()));
    }

    @Override
    public Chunk position(RoomKey room, long offset, String epoch) {
        return frame(
                Frame.POSITION_FIELD_NUMBER,
                small().string(Position.EPOCH_FIELD_NUMBER, epoch)
                        .uint64(Position.OFFSET_FIELD_NUMBER, offset)
                        .uint32(Position.ROOM_FIELD_NUMBER, room.number()));
    }

    @Override
    public Chunk page(RoomKey room, int ref, PageContent page) {
        ProtobufOutput out = small();
        List<PageContent.Entry> entries = page.entries();
        for (int i = entries.size() - 1; i >= 0; i--) {
            PageContent.Entry entry = entries.get(i);
            int behind = out.size();
            out.payload(Entry.PAYLOAD_FIELD_NUMBER, entry.message())
                    .string(Entry.FROM_FIELD_NUMBER, orEmpty(entry.from()))
                    .string(Entry.EVENT_FIELD_NUMBER, entry.message().event())
                    .uint64(Entry.OFFSET_FIELD_NUMBER, entry.offset())
                    .message(Page.ENTRIES_FIELD_NUMBER, behind);
        }
        out.uint64(Page.THROUGH_FIELD_NUMBER, page.through())
                .uint64(Page.NEWEST_FIELD_NUMBER, page.newest())
                .uint64(Page.OLDEST_FIELD_NUMBER, page.oldest())
                .string(Page.EPOCH_FIELD_NUMBER, page.epoch())
                .uint32(Page.REF_FIELD_NUMBER, ref)
                .uint32(Page.ROOM_FIELD_NUMBER, room.number());
        return frame(Frame.PAGE_FIELD_NUMBER, out);
    }

    @Override
    public Chunk goAway(int reconnectAfterMillis, String reason) {
        return unnumbered(
                Frame.GO_AWAY_FIELD_NUMBER,
                small().string(GoAway.REASON_FIELD_NUMBER, reason)
                        .uint32(GoAway.RECONNECT_AFTER_MS_FIELD_NUMBER, reconnectAfterMillis));
    }

    @Override
    public Chunk error(int code, String text, int ref, boolean terminal, String room) {
        ProtobufOutput error = small().string(Error.ROOM_FIELD_NUMBER, room)
                .bool(Error.TERMINAL_FIELD_NUMBER, terminal)
                .uint32(Error.REF_FIELD_NUMBER, ref)
                .string(Error.TEXT_FIELD_NUMBER, text)
                .uint32(Error.CODE_FIELD_NUMBER, code);
        return terminal ? unnumbered(Frame.ERROR_FIELD_NUMBER, error) : frame(Frame.ERROR_FIELD_NUMBER, error);
    }

    @Override
    public Chunk pong(int ref) {
        return unnumbered(Frame.PONG_FIELD_NUMBER, new ProtobufOutput(NUMBERS).uint32(Pong.REF_FIELD_NUMBER, ref));
    }

    @Override
    public Chunk ack(long received) {
        return unnumbered(
                Frame.ACK_FIELD_NUMBER, new ProtobufOutput(NUMBERS).uint64(Ack.RECEIVED_FIELD_NUMBER, received));
    }

    @Override
    public Chunk moved(RoomKey room, List<RouteDefinition> routes) {
        ProtobufOutput out = small();
        definitions(Moved.ROUTES_FIELD_NUMBER, room, routes, out);
        out.uint32(Moved.NUMBER_FIELD_NUMBER, room.number()).string(Moved.ROOM_FIELD_NUMBER, room.name());
        return frame(Frame.MOVED_FIELD_NUMBER, out);
    }

    @Override
    public Chunk request(@Nullable RoomKey room, @Nullable String from, int id, int timeoutMillis, Message message) {
        return frame(
                Frame.REQUEST_FIELD_NUMBER,
                new ProtobufOutput(SMALL + message.size())
                        .payload(Request.PAYLOAD_FIELD_NUMBER, message)
                        .string(Request.FROM_FIELD_NUMBER, orEmpty(from))
                        .uint32(Request.TIMEOUT_MS_FIELD_NUMBER, timeoutMillis)
                        .uint32(Request.ID_FIELD_NUMBER, id)
                        .string(Request.EVENT_FIELD_NUMBER, message.event())
                        .uint32(Request.ROOM_FIELD_NUMBER, room == null ? 0 : room.number()));
    }

    @Override
    public Chunk reply(int id, Message answer) {
        int body = CodedOutputStream.computeUInt32Size(Reply.ID_FIELD_NUMBER, id);
        if (answer.size() > 0) {
            body += CodedOutputStream.computeTagSize(Reply.PAYLOAD_FIELD_NUMBER) + delimited(answer.size());
        }
        return frame(
                Frame.REPLY_FIELD_NUMBER,
                new ProtobufOutput(batchSize(Frame.REPLY_FIELD_NUMBER, body))
                        .payload(Reply.PAYLOAD_FIELD_NUMBER, answer)
                        .uint32(Reply.ID_FIELD_NUMBER, id));
    }

    @Override
    public Chunk refusal(int id, int code, String reason) {
        return frame(
                Frame.REPLY_FIELD_NUMBER,
                small().string(Reply.REASON_FIELD_NUMBER, reason)
                        .uint32(Reply.CODE_FIELD_NUMBER, code)
                        .uint32(Reply.ID_FIELD_NUMBER, id));
    }

    @Override
    public Chunk cancel(int id) {
        return frame(Frame.CANCEL_FIELD_NUMBER, new ProtobufOutput(NUMBERS).uint32(Cancel.ID_FIELD_NUMBER, id));
    }

    private static void definitions(int field, RoomKey room, List<RouteDefinition> routes, ProtobufOutput out) {
        for (int i = routes.size() - 1; i >= 0; i--) {
            int behind = out.size();
            definition(room, routes.get(i), out).message(field, behind);
        }
    }

    private static ProtobufOutput definition(RoomKey room, RouteDefinition definition, ProtobufOutput out) {
        return out.bool(Route.HISTORY_FIELD_NUMBER, definition.history())
                .string(Route.EVENT_FIELD_NUMBER, definition.event())
                .uint32(Route.ROOM_FIELD_NUMBER, room.number())
                .uint32(Route.ROUTE_FIELD_NUMBER, definition.route());
    }

    private static Chunk frame(int field, ProtobufOutput body) {
        return Chunk.of(batchOf(field, body));
    }

    private static Chunk unnumbered(int field, ProtobufOutput body) {
        return Chunk.unnumbered(batchOf(field, body));
    }

    private static byte[] batchOf(int field, ProtobufOutput body) {
        return body.message(field, 0)
                .varint(CONTROL_ROUTE)
                .message(Batch.FRAMES_FIELD_NUMBER, 0)
                .toBytes();
    }

    private static ProtobufOutput small() {
        return new ProtobufOutput(SMALL);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
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

    /** Returns the size of a batch of one frame. */
    private static int batchSize(int field, int body) {
        return CodedOutputStream.computeTagSize(Batch.FRAMES_FIELD_NUMBER) + delimited(elementSize(field, body));
    }

    private static int elementSize(int field, int body) {
        return CONTROL_ROUTE_SIZE + CodedOutputStream.computeTagSize(field) + delimited(body);
    }

    private static int delimited(int size) {
        return CodedOutputStream.computeUInt32SizeNoTag(size) + size;
    }

    private static void writeLength(CodedOutputStream out, int field, int length) throws IOException {
        out.writeTag(field, com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(length);
    }
}
