package io.roomcast.testkit;

import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Moved;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/** Writes into a peer's diary what came, when, and in words for people. Guarded by the peer's {@link ClientSession}. */
final class Chronicle {

    private final Diary diary;
    private final Supplier<Duration> now;
    private final Function<String, String> nameOf;

    /**
     * @param now the time since the cluster's start
     * @param nameOf names the peer of an id
     */
    Chronicle(Diary diary, Supplier<Duration> now, Function<String, String> nameOf) {
        this.diary = diary;
        this.now = now;
        this.nameOf = nameOf;
    }

    /** Returns the failure of a test that wants what the peer cannot do. */
    IllegalStateException cannot(String why) {
        return new IllegalStateException(diary.owner() + " " + why + "\n" + diary.story(now.get()));
    }

    void welcome(String id, boolean resumed, Frame frame) {
        write(Seen.Kind.WELCOME, "", "as " + id + (resumed ? ", resumed" : ""), frame);
    }

    void joined(Received joined) {
        byte[] snapshot = joined.payload();
        String text = joined.room() + (snapshot.length == 0 ? "" : ", snapshot " + Payloads.shown(snapshot));
        write(Seen.Kind.JOINED, joined.room(), text, joined);
    }

    void left(ClientSession.Left left) {
        String text = left.room() + (left.reason().isEmpty() ? "" : ": " + left.reason());
        write(Seen.Kind.LEFT, left.room(), text, left, left.asked());
    }

    void moved(Moved moved) {
        write(Seen.Kind.OTHER, moved.getRoom(), moved.getRoom() + " moved to another node", moved);
    }

    void message(Received message) {
        write(
                Seen.Kind.MESSAGE,
                message.room(),
                what(message.event(), message.room(), message.from(), message.payload()),
                message);
    }

    /** @param answered whether the peer has answered it by itself */
    void request(ReceivedRequest request, boolean answered) {
        write(
                Seen.Kind.REQUEST,
                request.room(),
                "#" + request.id() + " " + what(request.event(), request.room(), request.from(), request.payload()),
                request,
                answered);
    }

    void reply(ReceivedReply reply) {
        String what = reply.code() == 0
                ? Payloads.shown(reply.payload())
                : "refused with code " + reply.code() + ": " + reply.reason();
        write(Seen.Kind.REPLY, "", "#" + reply.id() + " " + what, reply);
    }

    void cancel(int request) {
        write(Seen.Kind.CANCEL, "", "#" + request, request);
    }

    void gap(String room, long missed) {
        write(Seen.Kind.GAP, room, missed + " missed in " + room, missed);
    }

    void goAway(String reason, Frame frame) {
        write(Seen.Kind.GO_AWAY, "", reason, frame);
    }

    void error(ReceivedError error) {
        write(
                Seen.Kind.ERROR,
                error.room(),
                "code " + error.code() + ": " + error.text()
                        + (error.room().isEmpty() ? "" : ", about " + error.room())
                        + (error.terminal() ? ", terminal" : ""),
                error);
    }

    /** @param ownDoing whether the peer itself has ended it */
    void closed(ClientSession.Closed closed, boolean ownDoing) {
        String text = "with code " + closed.code() + (closed.reason().isEmpty() ? "" : ": " + closed.reason());
        write(Seen.Kind.CLOSED, "", text, closed, ownDoing);
    }

    void other(Frame frame) {
        write(Seen.Kind.OTHER, "", frame.toString().replaceAll("\\s+", " ").strip(), frame);
    }

    private String what(String event, String room, String from, byte[] payload) {
        return event
                + (room.isEmpty() ? "" : " in " + room)
                + (from.isEmpty() ? "" : " from " + nameOf.apply(from))
                + (payload.length == 0 ? "" : ": " + Payloads.shown(payload));
    }

    private void write(Seen.Kind kind, String room, String text, Object content) {
        write(kind, room, text, content, false);
    }

    private void write(Seen.Kind kind, String room, String text, Object content, boolean expected) {
        diary.add(new Seen(now.get(), kind, room, text), content, expected);
    }
}
