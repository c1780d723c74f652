package io.roomcast.runtime.session;

import io.roomcast.runtime.transport.EventLoop;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * What lets a session go on over another connection: the secrets that claim it, and how much the client has been heard.
 * Confined to the session's loop.
 *
 * <p>A secret is used once. The one that was shown stays good until the client was heard over the new connection: the welcome that
 * brings the new one can be lost with that connection.
 *
 * <p>Numbers and acknowledgements follow SignalR's hub protocol, where they are implicit too.
 */
final class Resumption {

    /** Acknowledged at the latest after so many frames, so many bytes, or so long. */
    private static final int ACK_FRAMES = 128;

    private static final int ACK_BYTES = 64 * 1024;
    static final int ACK_MILLIS = 900;
    /** By up to so much less, different for each peer. */
    static final int ACK_SPREAD_MASK = 0xFF;
    /** From so many frames on it leaves with whatever does. */
    private static final int RIDING_FRAMES = 8;

    private String secret;
    private @Nullable String previousSecret;
    private int lastAttempt;
    private long received;
    private long acknowledged;
    private int bytesSinceAck;
    /** Since when the client could not be heard. */
    private long silentSince;

    private EventLoop.@Nullable Timer ackTimer;
    private EventLoop.@Nullable Timer giveUpTimer;

    Resumption(String secret) {
        this.secret = secret;
    }

    String secret() {
        return secret;
    }

    /** Returns whether someone who shows this may go on with the session. */
    boolean opensTo(String shown) {
        // Without a hint in the time it takes to how much of it was right.
        boolean current = same(secret, shown);
        boolean previous = previousSecret != null && same(previousSecret, shown);
        return current | previous;
    }

    /** Returns whether no later attempt of the client was seen. Two connections can overtake each other. */
    boolean isNewest(int attempt) {
        return attempt == 0 || Integer.compareUnsigned(attempt, lastAttempt) > 0;
    }

    void attempted(int attempt) {
        if (attempt != 0) {
            lastAttempt = attempt;
        }
    }

    /** The session goes on: the next connection needs another secret. */
    void renew(String shown, String next) {
        previousSecret = shown;
        secret = next;
    }

    /** The client was heard: it knows the newest secret. */
    void heard() {
        previousSecret = null;
    }

    /** Returns how many numbered frames of the client were handled. */
    long received() {
        return received;
    }

    void count() {
        received++;
    }

    /** The connection broke; the client could not be heard since this moment. */
    void silentSince(long nanos) {
        silentSince = nanos;
    }

    long silentSince() {
        return silentSince;
    }

    /** Continues the count of another node, where somebody claimed the session. That may have to be done again. */
    void continueFrom(long count, long silentSinceThen, Claim by) {
        silentSince = silentSinceThen;
        previousSecret = by.secret();
        lastAttempt = by.attempt();
        received = count;
        acknowledged = count;
    }

    /** A WebSocket message was read. Returns whether its frames are to be acknowledged now. */
    boolean isAckDue(int bytes) {
        if (received == acknowledged) {
            return false;
        }
        bytesSinceAck += bytes;
        return received - acknowledged >= ACK_FRAMES || bytesSinceAck >= ACK_BYTES;
    }

    /** Returns whether so much is to be acknowledged that it should leave with whatever does. */
    boolean isAckWorthItsBytes() {
        return received - acknowledged >= RIDING_FRAMES;
    }

    /** Returns whether something is to be acknowledged later, and nobody has seen to it. */
    boolean needsAckTimer() {
        return received != acknowledged && ackTimer == null;
    }

    void ackLater(EventLoop.Timer timer) {
        ackTimer = timer;
    }

    /** The client is told {@link #received()}. */
    void acknowledged() {
        acknowledged = received;
        bytesSinceAck = 0;
        ackTimer = cancelled(ackTimer);
    }

    void giveUpLater(EventLoop.Timer timer) {
        giveUpTimer = timer;
    }

    /** Cancels what would happen later on this loop. */
    void stopTimers() {
        ackTimer = cancelled(ackTimer);
        giveUpTimer = cancelled(giveUpTimer);
    }

    private static EventLoop.@Nullable Timer cancelled(EventLoop.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
        return null;
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
