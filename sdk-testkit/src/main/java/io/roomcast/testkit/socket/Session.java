package io.roomcast.testkit.socket;

import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.Welcome;
import java.util.ArrayDeque;
import java.util.List;

/**
 * A client's end of a session: how much it has had and sent, and what it must be able to send again. Belongs to its peer's thread.
 *
 * <p>Where the server keeps no sessions, nothing is kept here either.
 */
final class Session {

    /** After so many frames or bytes an acknowledgement does not wait for its second. */
    private static final int URGENT_FRAMES = 128;

    private static final int URGENT_BYTES = 64 * 1024;

    private final ArrayDeque<Words> unacknowledged = new ArrayDeque<>(0);
    private String token = "";
    private int attempts;
    private long sent;
    private long received;
    private long acknowledged;
    private int bytesSinceAck;

    boolean canResume() {
        return !token.isEmpty();
    }

    Hello.Builder hello(Hello.Builder hello) {
        hello.setResumable(true);
        if (canResume()) {
            hello.setResume(token).setReceived(received).setAttempt(++attempts);
        }
        return hello;
    }

    /** Begins anew, or goes on. Returns what must be sent again. */
    List<Words> welcomed(Welcome welcome) {
        token = welcome.getResume();
        if (welcome.getResumed()) {
            acknowledged(welcome.getReceived());
            return List.copyOf(unacknowledged);
        }
        end();
        token = welcome.getResume();
        return List.of();
    }

    /** There is nothing to go on with any more. */
    void end() {
        token = "";
        attempts = 0;
        sent = 0;
        received = 0;
        acknowledged = 0;
        bytesSinceAck = 0;
        unacknowledged.clear();
    }

    void sent(Words frame) {
        if (canResume()) {
            sent++;
            unacknowledged.add(frame);
        }
    }

    /** The server has had so many. */
    void acknowledged(long count) {
        while (sent - unacknowledged.size() < count && !unacknowledged.isEmpty()) {
            unacknowledged.remove();
        }
    }

    void received(int bytes) {
        received++;
        bytesSinceAck += bytes;
    }

    boolean owesAck() {
        return canResume() && received > acknowledged;
    }

    boolean ackIsUrgent() {
        return canResume() && (received - acknowledged >= URGENT_FRAMES || bytesSinceAck >= URGENT_BYTES);
    }

    /** Returns how many frames have been had; they count as acknowledged from now on. */
    long acknowledge() {
        acknowledged = received;
        bytesSinceAck = 0;
        return received;
    }
}
