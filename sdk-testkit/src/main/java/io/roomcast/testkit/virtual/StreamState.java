package io.roomcast.testkit.virtual;

import java.util.ArrayDeque;
import java.util.Queue;

/** A client's side of a session that can be resumed: the numbers of both streams, and what the server has not acknowledged. Belongs to one thread. */
final class StreamState {

    private static final int ACK_FRAMES = 64;
    /** How late a node may be to end a session. */
    private static final int SLACK_MILLIS = 1000;

    private String token = "";
    private String home = "";
    private int lostAt;
    private boolean cut;
    private int windowMillis;
    private int attempts;
    private long received;
    private long acknowledged;
    private long forgotten;
    private final Queue<byte[]> unacknowledged = new ArrayDeque<>(4);

    String token() {
        return token;
    }

    long received() {
        return received;
    }

    /** Returns which attempt this is to go on with the session. */
    int nextAttempt() {
        return ++attempts;
    }

    /** A numbered frame came. Returns whether it is time to acknowledge. */
    boolean count() {
        received++;
        return received - acknowledged >= ACK_FRAMES;
    }

    boolean isAckDue() {
        return received > acknowledged;
    }

    /** Returns what to tell the server that it has been heard. */
    long acknowledge() {
        acknowledged = received;
        return received;
    }

    /** A numbered frame is sent. */
    void keep(byte[] bytes) {
        unacknowledged.add(bytes);
    }

    /** The server has had so many frames. Returns false if there were not so many. */
    boolean acknowledgedByServer(long count) {
        while (forgotten < count) {
            if (unacknowledged.poll() == null) {
                return false;
            }
            forgotten++;
        }
        return true;
    }

    /** Returns what has to be sent again, in order. */
    Iterable<byte[]> unacknowledged() {
        return unacknowledged;
    }

    /** The session goes on. */
    void resumed(String nextToken) {
        token = nextToken;
    }

    /** Its connection is lost. @param told whether the node knows */
    void lost(int atMillis, boolean told) {
        lostAt = atMillis;
        cut = told;
    }

    /** Returns whether the node that it connects to now should still have the session. @param node how the ids of that node begin */
    boolean shouldGoOn(String node, int atMillis) {
        return home.equals(node) && atMillis - lostAt < windowMillis;
    }

    /** Returns whether no node should still have the session. */
    boolean isOver(int atMillis) {
        return cut && atMillis - lostAt > windowMillis + SLACK_MILLIS;
    }

    /** A new session begins. @param node how the ids of its node begin */
    void begin(String nextToken, String node, int window) {
        token = nextToken;
        home = node;
        windowMillis = window;
        attempts = 0;
        received = 0;
        acknowledged = 0;
        forgotten = 0;
        unacknowledged.clear();
    }
}
