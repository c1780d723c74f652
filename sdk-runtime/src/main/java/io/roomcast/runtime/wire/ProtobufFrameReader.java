package io.roomcast.runtime.wire;

import static com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED;
import static com.google.protobuf.WireFormat.WIRETYPE_VARINT;

import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Batch;
import io.roomcast.runtime.wire.proto.Cancel;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.History;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Leave;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Ping;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Request;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one batch from a client. What is accepted and what it means is what protobuf's own parser would say of the same bytes:
 * the last of several values counts, the parts of one body that comes in several pieces are merged, unknown fields and known
 * numbers with another wire type are passed over. Payloads are lent, not copied.
 *
 * <p>For one message and one thread. Time and memory grow with the bytes that are there.
 */
final class ProtobufFrameReader {

    private static final int FRAMES = tag(Batch.FRAMES_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);

    private static final int HELLO = tag(Frame.HELLO_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int JOIN = tag(Frame.JOIN_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int LEAVE = tag(Frame.LEAVE_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int MESSAGE = tag(Frame.MESSAGE_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int PING = tag(Frame.PING_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int REQUEST = tag(Frame.REQUEST_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int REPLY = tag(Frame.REPLY_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int CANCEL = tag(Frame.CANCEL_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int ACK = tag(Frame.ACK_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int HISTORY = tag(Frame.HISTORY_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int NO_BODY = 0;

    private static final int HELLO_AGENT = tag(Hello.AGENT_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int HELLO_TOKEN = tag(Hello.TOKEN_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int HELLO_RESUMABLE = tag(Hello.RESUMABLE_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int HELLO_RESUME = tag(Hello.RESUME_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int HELLO_RECEIVED = tag(Hello.RECEIVED_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int HELLO_ATTEMPT = tag(Hello.ATTEMPT_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int JOIN_ROOM = tag(Join.ROOM_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int JOIN_REF = tag(Join.REF_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int JOIN_PAYLOAD = tag(Join.PAYLOAD_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int JOIN_EPOCH = tag(Join.EPOCH_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int JOIN_OFFSET = tag(Join.OFFSET_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int JOIN_PEER = tag(Join.PEER_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int LEAVE_ROOM = tag(Leave.ROOM_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int LEAVE_REF = tag(Leave.REF_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int MESSAGE_ROOM = tag(Message.ROOM_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int MESSAGE_EVENT = tag(Message.EVENT_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int MESSAGE_FROM = tag(Message.FROM_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int MESSAGE_TO = tag(Message.TO_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int MESSAGE_PAYLOAD = tag(Message.PAYLOAD_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int PING_REF = tag(Ping.REF_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int REQUEST_ROOM = tag(Request.ROOM_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int REQUEST_EVENT = tag(Request.EVENT_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int REQUEST_ID = tag(Request.ID_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int REQUEST_TIMEOUT = tag(Request.TIMEOUT_MS_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int REQUEST_FROM = tag(Request.FROM_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int REQUEST_PAYLOAD = tag(Request.PAYLOAD_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int REPLY_ID = tag(Reply.ID_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int REPLY_CODE = tag(Reply.CODE_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int REPLY_REASON = tag(Reply.REASON_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int REPLY_PAYLOAD = tag(Reply.PAYLOAD_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int ACK_RECEIVED = tag(Ack.RECEIVED_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int HISTORY_ROOM = tag(History.ROOM_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int HISTORY_REF = tag(History.REF_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int HISTORY_EPOCH = tag(History.EPOCH_FIELD_NUMBER, WIRETYPE_LENGTH_DELIMITED);
    private static final int HISTORY_AFTER = tag(History.AFTER_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int HISTORY_LIMIT = tag(History.LIMIT_FIELD_NUMBER, WIRETYPE_VARINT);
    private static final int CANCEL_ID = tag(Cancel.ID_FIELD_NUMBER, WIRETYPE_VARINT);

    private final ProtobufInput in;
    private final ClientFrames receiver;

    /** The tag of the body seen last in the current frame, and its fields. */
    private int body;

    private int number;
    /** The ref of most bodies, the id of those about requests. */
    private int ref;

    private int timeout;
    private int code;
    private int limit;
    /** The offset of a join, the place before a page. */
    private long offset;

    private String name = "";
    private String token = "";
    private boolean resumable;
    private String resume = "";
    private long received;
    private int attempt;
    private String epoch = "";
    private String peer = "";
    private @Nullable String to;
    private int payloadFrom;
    private int payloadTo;

    private ProtobufFrameReader(ProtobufInput in, ClientFrames receiver) {
        this.in = in;
        this.receiver = receiver;
    }

    static void read(ByteBuffer message, ClientFrames receiver) throws WireException {
        ProtobufInput in = new ProtobufInput(message);
        int end = in.limit();
        ProtobufFrameReader frames = null;
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag != FRAMES) {
                in.skip(tag, end);
                continue;
            }
            int endOfElement = in.endOfBytes(end);
            int route = in.givenNumber("route", endOfElement);
            if (route > 0) {
                int begin = in.position();
                in.moveTo(endOfElement);
                try {
                    receiver.data(route, in.lend(begin, endOfElement));
                } finally {
                    in.takeBack();
                }
                continue;
            }
            if (frames == null) {
                // Most messages have routes, and nothing else.
                frames = new ProtobufFrameReader(in, receiver);
            }
            frames.readFrame(endOfElement);
            try {
                frames.tell();
            } finally {
                in.takeBack();
            }
        }
    }

    private void readFrame(int end) throws WireException {
        begin(NO_BODY);
        while (in.position() < end) {
            int tag = in.tag(end);
            if (isClientBody(tag)) {
                if (tag != body) {
                    begin(tag);
                }
                readBody(in.endOfBytes(end));
            } else {
                in.skip(tag, end);
                if (isServerBody(tag)) {
                    begin(NO_BODY);
                }
            }
        }
    }

    private static boolean isClientBody(int tag) {
        return tag == MESSAGE
                || tag == REQUEST
                || tag == REPLY
                || tag == CANCEL
                || tag == JOIN
                || tag == LEAVE
                || tag == PING
                || tag == ACK
                || tag == HELLO
                || tag == HISTORY;
    }

    /** One body at a time: a later one replaces an earlier one, whichever side it is for. */
    private static boolean isServerBody(int tag) {
        return com.google.protobuf.WireFormat.getTagWireType(tag) == WIRETYPE_LENGTH_DELIMITED
                && Frame.BodyCase.forNumber(com.google.protobuf.WireFormat.getTagFieldNumber(tag)) != null;
    }

    private void begin(int tag) {
        body = tag;
        number = 0;
        ref = 0;
        timeout = 0;
        code = 0;
        limit = 0;
        offset = tag == HISTORY ? ClientFrames.NEWEST : 0;
        name = "";
        token = "";
        resumable = false;
        resume = "";
        received = 0;
        attempt = 0;
        epoch = "";
        peer = "";
        to = null;
        payloadFrom = in.position();
        payloadTo = payloadFrom;
    }

    private void readBody(int end) throws WireException {
        while (in.position() < end) {
            int tag = in.tag(end);
            boolean known;
            if (body == MESSAGE) {
                known = readMessageField(tag, end);
            } else if (body == JOIN) {
                known = readJoinField(tag, end);
            } else if (body == LEAVE) {
                known = readLeaveField(tag, end);
            } else if (body == HELLO) {
                known = readHelloField(tag, end);
            } else if (body == REQUEST) {
                known = readRequestField(tag, end);
            } else if (body == REPLY) {
                known = readReplyField(tag, end);
            } else if (body == CANCEL) {
                known = readCancelField(tag, end);
            } else if (body == ACK) {
                known = readAckField(tag, end);
            } else if (body == HISTORY) {
                known = readHistoryField(tag, end);
            } else {
                known = readPingField(tag, end);
            }
            if (!known) {
                in.skip(tag, end);
            }
        }
    }

    private boolean readMessageField(int tag, int end) throws WireException {
        if (tag == MESSAGE_ROOM) {
            number = in.givenNumber("message.room", end);
        } else if (tag == MESSAGE_EVENT) {
            name = in.string("message.event", end);
        } else if (tag == MESSAGE_FROM) {
            in.string("message.from", end);
        } else if (tag == MESSAGE_TO) {
            to = in.string("message.to", end);
        } else if (tag == MESSAGE_PAYLOAD) {
            readPayload(end);
        } else {
            return false;
        }
        return true;
    }

    private boolean readJoinField(int tag, int end) throws WireException {
        if (tag == JOIN_ROOM) {
            name = in.string("join.room", end);
        } else if (tag == JOIN_REF) {
            ref = in.uint32(end);
        } else if (tag == JOIN_PAYLOAD) {
            readPayload(end);
        } else if (tag == JOIN_EPOCH) {
            epoch = in.string("join.epoch", end);
        } else if (tag == JOIN_OFFSET) {
            offset = offset(end);
        } else if (tag == JOIN_PEER) {
            peer = in.string("join.peer", end);
        } else {
            return false;
        }
        return true;
    }

    private boolean readHistoryField(int tag, int end) throws WireException {
        if (tag == HISTORY_ROOM) {
            number = in.givenNumber("history.room", end);
        } else if (tag == HISTORY_REF) {
            ref = in.uint32(end);
        } else if (tag == HISTORY_EPOCH) {
            epoch = in.string("history.epoch", end);
        } else if (tag == HISTORY_AFTER) {
            offset = offset(end);
        } else if (tag == HISTORY_LIMIT) {
            limit = in.uint32(end);
        } else {
            return false;
        }
        return true;
    }

    /** No history is that long: an offset of 2⁶³ and more is from the future either way. */
    private long offset(int end) throws WireException {
        long read = in.varint(end);
        return read < 0 ? Long.MAX_VALUE : read;
    }

    private boolean readLeaveField(int tag, int end) throws WireException {
        if (tag == LEAVE_ROOM) {
            number = in.givenNumber("leave.room", end);
        } else if (tag == LEAVE_REF) {
            ref = in.uint32(end);
        } else {
            return false;
        }
        return true;
    }

    private boolean readHelloField(int tag, int end) throws WireException {
        if (tag == HELLO_AGENT) {
            name = in.string("hello.agent", HelloBounds.MAX_AGENT_BYTES, end);
        } else if (tag == HELLO_TOKEN) {
            token = in.string("hello.token", HelloBounds.MAX_TOKEN_BYTES, end);
        } else if (tag == HELLO_RESUMABLE) {
            resumable = in.varint(end) != 0;
        } else if (tag == HELLO_RESUME) {
            resume = in.string("hello.resume", HelloBounds.MAX_RESUME_BYTES, end);
        } else if (tag == HELLO_RECEIVED) {
            received = in.varint(end);
        } else if (tag == HELLO_ATTEMPT) {
            attempt = in.uint32(end);
        } else {
            return false;
        }
        return true;
    }

    private boolean readPingField(int tag, int end) throws WireException {
        if (tag == PING_REF) {
            ref = in.uint32(end);
            return true;
        }
        return false;
    }

    private boolean readRequestField(int tag, int end) throws WireException {
        if (tag == REQUEST_ROOM) {
            number = in.givenNumber("request.room", end);
        } else if (tag == REQUEST_EVENT) {
            name = in.string("request.event", end);
        } else if (tag == REQUEST_ID) {
            ref = in.uint32(end);
        } else if (tag == REQUEST_TIMEOUT) {
            timeout = in.uint32(end);
        } else if (tag == REQUEST_FROM) {
            in.string("request.from", end);
        } else if (tag == REQUEST_PAYLOAD) {
            readPayload(end);
        } else {
            return false;
        }
        return true;
    }

    private boolean readReplyField(int tag, int end) throws WireException {
        if (tag == REPLY_ID) {
            ref = in.uint32(end);
        } else if (tag == REPLY_CODE) {
            code = in.uint32(end);
        } else if (tag == REPLY_REASON) {
            name = in.string("reply.reason", end);
        } else if (tag == REPLY_PAYLOAD) {
            readPayload(end);
        } else {
            return false;
        }
        return true;
    }

    private boolean readAckField(int tag, int end) throws WireException {
        if (tag == ACK_RECEIVED) {
            received = in.varint(end);
            return true;
        }
        return false;
    }

    private boolean readCancelField(int tag, int end) throws WireException {
        if (tag == CANCEL_ID) {
            ref = in.uint32(end);
            return true;
        }
        return false;
    }

    private void tell() {
        if (body == MESSAGE) {
            receiver.message(number, null, name, to == null || to.isEmpty() ? null : to, payload());
        } else if (body == JOIN) {
            receiver.join(name, ref, payload(), epoch.isEmpty() ? null : new RecoveryPoint(epoch, offset, peer));
        } else if (body == LEAVE) {
            receiver.leave(number, null, ref);
        } else if (body == HELLO) {
            receiver.hello(new HelloFrame(name, token, resumable, resume, received, attempt));
        } else if (body == PING) {
            receiver.ping(ref);
        } else if (body == REQUEST) {
            receiver.request(number, null, name, ref, timeout, payload());
        } else if (body == REPLY) {
            receiver.reply(ref, code, name, payload());
        } else if (body == CANCEL) {
            receiver.cancel(ref);
        } else if (body == ACK) {
            receiver.ack(received);
        } else if (body == HISTORY) {
            receiver.history(number, null, ref, epoch, offset, limit);
        } else {
            receiver.unknown();
        }
    }

    private void readPayload(int end) throws WireException {
        payloadTo = in.endOfBytes(end);
        payloadFrom = in.position();
        in.moveTo(payloadTo);
    }

    private ByteBuffer payload() {
        return in.lend(payloadFrom, payloadTo);
    }

    private static int tag(int field, int wireType) {
        return field << 3 | wireType;
    }
}
