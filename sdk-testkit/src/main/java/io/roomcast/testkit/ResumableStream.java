package io.roomcast.testkit;

import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.Welcome;
import io.roomcast.testkit.frame.Numbering;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/** The client's side of a session that outlives its connections: what was sent and is not acknowledged, and what was had. */
final class ResumableStream {

    private static final int ACKNOWLEDGED_EVERY = 16;

    private final Deque<Sent> unacknowledged = new ArrayDeque<>();
    private boolean resumable;
    private boolean welcomed;
    /** A client is silent between a hello that claims a session and the welcome: what it says next proves that it got that. */
    private boolean claiming;

    private boolean resumed;
    private String token = "";
    private long received;
    private long firstUnacknowledged = 1;
    private int sinceAcknowledged;
    private int attempts;

    /** @param room the room that the frame names by its number, empty for none */
    private record Sent(Frame frame, String room) {}

    /** Returns the part of a hello that is about the session. */
    Hello.Builder hello() {
        resumable = true;
        claiming = !token.isEmpty();
        resumed = false;
        attempts = claiming ? attempts + 1 : 0;
        return Hello.newBuilder()
                .setResumable(true)
                .setResume(token)
                .setReceived(received)
                .setAttempt(attempts);
    }

    void forge(String other) {
        token = other;
    }

    String token() {
        return token;
    }

    boolean isResumed() {
        return resumed;
    }

    long receivedFrames() {
        return received;
    }

    /** Keeps a frame that is about to be sent. Returns whether it may be sent now: while a session is claimed it waits. */
    boolean sending(Frame frame, IntFunction<String> roomOfNumber) {
        if (resumable && Numbering.isNumbered(frame)) {
            int number = Numbering.room(frame);
            unacknowledged.add(new Sent(frame, number == 0 ? "" : roomOfNumber.apply(number)));
            return !claiming;
        }
        return true;
    }

    /** A numbered frame arrived. Returns whether it is time to acknowledge. */
    boolean received() {
        received++;
        if (resumable && welcomed && !claiming && ++sinceAcknowledged >= ACKNOWLEDGED_EVERY) {
            sinceAcknowledged = 0;
            return true;
        }
        return false;
    }

    void acknowledged(long number) {
        while (firstUnacknowledged <= number) {
            unacknowledged.remove();
            firstUnacknowledged++;
        }
    }

    /** Returns what is to be sent again, with the numbers that rooms have now. */
    List<Frame> welcomed(Welcome welcome, ToIntFunction<String> numberOfRoom) {
        welcomed = true;
        claiming = false;
        token = welcome.getResume();
        resumed = welcome.getResumed();
        if (!resumed) {
            received = 0;
            attempts = 0;
            firstUnacknowledged = 1;
            unacknowledged.clear();
            return List.of();
        }
        acknowledged(welcome.getReceived());
        return unacknowledged.stream()
                .map(sent -> sent.room.isEmpty()
                        ? sent.frame
                        : Numbering.withRoom(sent.frame, numberOfRoom.applyAsInt(sent.room)))
                .toList();
    }
}
