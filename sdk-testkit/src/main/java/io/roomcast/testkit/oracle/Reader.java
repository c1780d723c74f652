package io.roomcast.testkit.oracle;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A client in a room with history: where in it, and what it will miss. Belongs to one thread. */
final class Reader {

    /** The ids that it has, and that it had in the session before. */
    private final String self;

    private final String before;
    /** When it was told that it is in: what it missed before comes behind that. */
    private int sinceMillis;

    private @Nullable RoomLog log;
    private long cursor;
    /** What the bridge lost, and the client is to be told, in order. */
    private final ArrayDeque<Loss> losses = new ArrayDeque<>(0);
    /** Up to here what did not come is lost, and the client knows. */
    private long excused;
    /** It was told of a loss that may be that of the whole history; where it is now comes next. */
    private boolean toldOfLoss;
    /** Its session came from another node, which may not have read all that it missed. */
    private boolean moved;

    /** @param certain whether the client must be told */
    record Loss(long upTo, long missed, boolean certain) {}

    Reader(String self, String before, int sinceMillis) {
        this.self = self;
        this.before = before;
        this.sinceMillis = sinceMillis;
    }

    String self() {
        return self;
    }

    boolean isCalled(String id) {
        return id.equals(self) || id.equals(before);
    }

    /** Returns the log that it reads, null while its place is not known. */
    @Nullable
    RoomLog log() {
        return log;
    }

    /** Returns the place up to which it has got what it was to get. */
    long cursor() {
        return cursor;
    }

    /** It is at a place of a log. */
    void at(@Nullable RoomLog ofRoom, long offset) {
        log = ofRoom;
        cursor = offset;
    }

    /** It begins in another epoch. */
    void beginsAnew(@Nullable RoomLog ofRoom, long offset) {
        at(ofRoom, offset);
        losses.clear();
        excused = 0;
        toldOfLoss = false;
    }

    boolean toldOfLoss() {
        return toldOfLoss;
    }

    /** It was told of a loss that may be that of the whole history. */
    void tellOfLoss() {
        toldOfLoss = true;
    }

    /** It got the entry at a place. */
    void got(long offset) {
        cursor = offset;
    }

    /** Returns the place up to which it got what it was to get, or knows that it did not. */
    long settled() {
        return Math.max(cursor, excused);
    }

    long excused() {
        return excused;
    }

    /** What did not come up to a place is lost, and the client knows. */
    void excuse(long upTo) {
        excused = upTo;
    }

    ArrayDeque<Loss> losses() {
        return losses;
    }

    int sinceMillis() {
        return sinceMillis;
    }

    /** What it missed comes from now on. */
    void since(int millis) {
        sinceMillis = millis;
    }

    boolean moved() {
        return moved;
    }

    void moved(boolean now) {
        moved = now;
    }
}
