package io.roomcast.testkit.virtual;

import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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
    /** By membership: the number that its room had when the last session's connection began, and the one it has now. */
    private final Map<Integer, int[]> numbers = new HashMap<>(2);
    /** What routes stand for since the session moved for the first time, which the node that the client is on does not tell; null before. */
    private @Nullable Map<Integer, Meaning> routes;

    /** @param event its place in the program, or -1 @param history whether what comes on it is in the room's history */
    record Meaning(int room, int event, boolean history) {}

    private final LinkedList<byte[]> unacknowledged = new LinkedList<>();

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

    /** A room has another number and other routes from here on. */
    void moved(int membership, int room, int before, int after) {
        numbers.computeIfAbsent(membership, key -> new int[] {before, after})[1] = after;
        if (routes == null) {
            routes = new HashMap<>(4);
        }
        routes.values().removeIf(meaning -> meaning.room == room);
    }

    /** Returns whether routes are its own. */
    boolean hasMoved() {
        return routes != null;
    }

    void define(int route, int room, int event, boolean history) {
        if (routes != null) {
            routes.put(route, new Meaning(room, event, history));
        }
    }

    /** Returns what a route stands for, null if it was not told since the session moved. */
    @Nullable
    Meaning meaning(int route) {
        return routes == null ? null : routes.get(route);
    }

    /** Returns the numbers of rooms before the session moved, with what they are now; empty if it has not moved. */
    Map<Integer, Integer> numbers() {
        Map<Integer, Integer> now = new HashMap<>();
        numbers.values().forEach(number -> now.put(number[0], number[1]));
        return now;
    }

    /** Returns what has to be sent again, in order. @param rewrite how it is said now */
    List<byte[]> unacknowledged(UnaryOperator<byte[]> rewrite) {
        unacknowledged.replaceAll(rewrite);
        return unacknowledged;
    }

    /** Returns whether another node has the session. @param node how the ids of that which it connects to begin */
    boolean isElsewhere(String node) {
        return !token.isEmpty() && !home.equals(node);
    }

    /** The session goes on. @param node how the ids of its node begin */
    void resumed(String nextToken, String node) {
        token = nextToken;
        home = node;
        numbers.clear();
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
        numbers.clear();
        routes = null;
    }
}
