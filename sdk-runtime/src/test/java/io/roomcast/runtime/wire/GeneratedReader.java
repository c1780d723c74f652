package io.roomcast.runtime.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.roomcast.runtime.wire.proto.Batch;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.History;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Leave;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Reads batches with the classes that protoc made: a second opinion on {@link ProtobufFormat}. */
final class GeneratedReader {

    private static final Descriptor SERVER_VIEW = serverView();

    private GeneratedReader() {}

    static List<ClientFrame> read(byte[] message) throws IOException {
        List<ClientFrame> frames = new ArrayList<>();
        for (ByteString element : Batch.parseFrom(message).getFramesList()) {
            CodedInputStream in = element.newCodedInput();
            long route = in.readRawVarint64();
            ByteString body = element.substring(in.getTotalBytesRead());
            frames.add(route == 0 ? frame(Frame.parseFrom(body)) : new ClientFrame.Data((int) route, hex(body)));
        }
        return frames;
    }

    /** Returns the frames of a batch that a server sent, none of them on a route. */
    static List<Frame> serverFrames(byte[] message) throws IOException {
        List<Frame> frames = new ArrayList<>();
        for (ByteString element : Batch.parseFrom(message).getFramesList()) {
            if (element.byteAt(0) == 0) {
                frames.add(Frame.parseFrom(element.substring(1)));
            }
        }
        return frames;
    }

    private static ClientFrame frame(Frame frame) {
        return switch (frame.getBodyCase()) {
            case HELLO -> {
                Hello hello = frame.getHello();
                yield new ClientFrame.Hello(
                        hello.getAgent(),
                        hello.getToken(),
                        hello.getResumable(),
                        hello.getResume(),
                        hello.getReceived(),
                        hello.getAttempt());
            }
            case JOIN -> {
                Join join = frame.getJoin();
                yield new ClientFrame.Join(
                        join.getRoom(),
                        join.getRef(),
                        hex(join.getPayload()),
                        join.getEpoch().isEmpty()
                                ? null
                                : new RecoveryPoint(join.getEpoch(), offset(join.getOffset()), join.getPeer()));
            }
            case LEAVE -> {
                Leave leave = frame.getLeave();
                yield new ClientFrame.Leave(leave.getRoom(), null, leave.getRef());
            }
            case MESSAGE -> {
                Message sent = frame.getMessage();
                String to = sent.getTo().isEmpty() ? null : sent.getTo();
                yield new ClientFrame.Sent(sent.getRoom(), null, sent.getEvent(), to, hex(sent.getPayload()));
            }
            case REQUEST -> {
                Request asked = frame.getRequest();
                yield new ClientFrame.Asked(
                        asked.getRoom(),
                        null,
                        asked.getEvent(),
                        asked.getId(),
                        asked.getTimeoutMs(),
                        hex(asked.getPayload()));
            }
            case REPLY -> {
                Reply reply = frame.getReply();
                yield new ClientFrame.Reply(reply.getId(), reply.getCode(), reply.getReason(), hex(reply.getPayload()));
            }
            case HISTORY -> {
                History wanted = frame.getHistory();
                yield new ClientFrame.PageWanted(
                        wanted.getRoom(),
                        null,
                        wanted.getRef(),
                        wanted.getEpoch(),
                        wanted.hasAfter() ? offset(wanted.getAfter()) : ClientFrames.NEWEST,
                        wanted.getLimit());
            }
            case CANCEL -> new ClientFrame.Cancel(frame.getCancel().getId());
            case PING -> new ClientFrame.Ping(frame.getPing().getRef());
            case ACK -> new ClientFrame.Ack(frame.getAck().getReceived());
            default -> new ClientFrame.Unknown();
        };
    }

    private static long offset(long unsigned) {
        return unsigned < 0 ? Long.MAX_VALUE : unsigned;
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    /** Returns whether protobuf accepts the batch when the frames that only servers send are opaque bytes to it. */
    static boolean isWellFormedToAServer(byte[] message) {
        try {
            for (ByteString element : Batch.parseFrom(message).getFramesList()) {
                CodedInputStream in = element.newCodedInput();
                if (in.readRawVarint64() == 0) {
                    DynamicMessage.parseFrom(SERVER_VIEW, element.substring(in.getTotalBytesRead()));
                }
            }
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static Descriptor serverView() {
        Set<String> understood =
                Set.of("hello", "join", "leave", "message", "ping", "request", "reply", "cancel", "ack", "history");
        FileDescriptorProto.Builder schema = Frame.getDescriptor().getFile().toProto().toBuilder();
        for (DescriptorProto.Builder type : schema.getMessageTypeBuilderList()) {
            if (type.getName().equals("Frame")) {
                for (FieldDescriptorProto.Builder body : type.getFieldBuilderList()) {
                    if (!understood.contains(body.getName())) {
                        body.setType(FieldDescriptorProto.Type.TYPE_BYTES).clearTypeName();
                    }
                }
            }
        }
        try {
            return FileDescriptor.buildFrom(schema.build(), new FileDescriptor[0])
                    .findMessageTypeByName("Frame");
        } catch (DescriptorValidationException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
