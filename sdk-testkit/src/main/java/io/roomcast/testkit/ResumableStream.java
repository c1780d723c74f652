package io.roomcast.testkit;

import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.Welcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The client's side of a session that outlives its connections: what was sent and is not acknowledged, and what was had. */
final class ResumableStream {

    private static final int ACKNOWLEDGED_EVERY = 16;

    private final Deque<Frame> unacknowledged = new ArrayDeque<>();
    private final Map<Integer, Integer> newNumbers = new HashMap<>();
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

    /** Returns the part of a hello that is about the session. */
    Hello.Builder hello() {
        resumable = true;
        claiming = !token.isEmpty();
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

    /** Returns whether a frame takes a number. */
    static boolean isNumbered(Frame frame) {
        return switch (frame.getBodyCase()) {
            case HELLO, WELCOME, GO_AWAY, PING, PONG, ACK -> false;
            case ERROR -> !frame.getError().getTerminal();
            default -> true;
        };
    }

    /** Keeps a frame that is about to be sent. Returns whether it may be sent now: while a session is claimed it waits. */
    boolean sending(Frame frame) {
        if (resumable && isNumbered(frame)) {
            unacknowledged.add(frame);
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

    /** The session came from another node, where a room had another number. */
    void renumbered(int before, int now) {
        newNumbers.put(before, now);
    }

    /** Returns what is to be sent again. */
    List<Frame> welcomed(Welcome welcome) {
        welcomed = true;
        claiming = false;
        token = welcome.getResume();
        resumed = welcome.getResumed();
        if (!resumed) {
            received = 0;
            attempts = 0;
            firstUnacknowledged = 1;
            unacknowledged.clear();
            newNumbers.clear();
            return List.of();
        }
        acknowledged(welcome.getReceived());
        List<Frame> again = new ArrayList<>();
        for (Frame frame : unacknowledged) {
            again.add(renumbered(frame));
        }
        unacknowledged.clear();
        unacknowledged.addAll(again);
        newNumbers.clear();
        return again;
    }

    private Frame renumbered(Frame frame) {
        Frame.Builder again = frame.toBuilder();
        switch (frame.getBodyCase()) {
            case MESSAGE ->
                again.getMessageBuilder().setRoom(number(frame.getMessage().getRoom()));
            case REQUEST ->
                again.getRequestBuilder().setRoom(number(frame.getRequest().getRoom()));
            case LEAVE ->
                again.getLeaveBuilder().setRoom(number(frame.getLeave().getRoom()));
            default -> {
                // Names no room by its number.
            }
        }
        return again.build();
    }

    private int number(int before) {
        return newNumbers.getOrDefault(before, before);
    }
}
