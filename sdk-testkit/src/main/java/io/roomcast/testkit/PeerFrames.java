package io.roomcast.testkit;

import com.google.protobuf.ByteString;
import io.roomcast.HistoryPosition;
import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Cancel;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.History;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Leave;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Request;

/** The frames that a scripted peer sends. */
final class PeerFrames {

    private static final String AGENT = "testkit";

    private PeerFrames() {}

    static Frame.Builder hello(String token) {
        return hello(Hello.newBuilder(), token);
    }

    /** @param session what is said of the session that the client goes on with, or wants to go on with later */
    static Frame.Builder hello(Hello.Builder session, String token) {
        return Frame.newBuilder().setHello(session.setAgent(AGENT).setToken(token));
    }

    static Frame.Builder ack(long received) {
        return Frame.newBuilder().setAck(Ack.newBuilder().setReceived(received));
    }

    static Frame.Builder join(String room, int ref, String text) {
        return Frame.newBuilder()
                .setJoin(Join.newBuilder().setRoom(room).setRef(ref).setPayload(ByteString.copyFromUtf8(text)));
    }

    /** @param formerId the peer as which the client was in the room */
    static Frame.Builder rejoin(String room, int ref, HistoryPosition place, String formerId) {
        return Frame.newBuilder()
                .setJoin(Join.newBuilder()
                        .setRoom(room)
                        .setRef(ref)
                        .setEpoch(place.epoch())
                        .setOffset(place.offset())
                        .setPeer(formerId));
    }

    static Frame.Builder leave(int room, int ref) {
        return Frame.newBuilder().setLeave(Leave.newBuilder().setRoom(room).setRef(ref));
    }

    static Frame.Builder history(int room, int ref, long after, int limit) {
        return Frame.newBuilder()
                .setHistory(History.newBuilder()
                        .setRoom(room)
                        .setRef(ref)
                        .setAfter(after)
                        .setLimit(limit));
    }

    static Frame.Builder message(int room, String event, String to, String text) {
        return Frame.newBuilder()
                .setMessage(Message.newBuilder()
                        .setRoom(room)
                        .setEvent(event)
                        .setTo(to)
                        .setPayload(ByteString.copyFromUtf8(text)));
    }

    static Frame.Builder request(int room, int id, String event, String text, int timeoutMillis) {
        return Frame.newBuilder()
                .setRequest(Request.newBuilder()
                        .setRoom(room)
                        .setEvent(event)
                        .setId(id)
                        .setTimeoutMs(timeoutMillis)
                        .setPayload(ByteString.copyFromUtf8(text)));
    }

    static Frame.Builder cancel(int request) {
        return Frame.newBuilder().setCancel(Cancel.newBuilder().setId(request));
    }

    static Frame.Builder answer(int request, String text) {
        return Frame.newBuilder().setReply(Reply.newBuilder().setId(request).setPayload(ByteString.copyFromUtf8(text)));
    }

    static Frame.Builder refusal(int request, int code, String reason) {
        return Frame.newBuilder()
                .setReply(Reply.newBuilder().setId(request).setCode(code).setReason(reason));
    }
}
