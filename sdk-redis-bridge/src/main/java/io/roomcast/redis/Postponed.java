package io.roomcast.redis;

import io.roomcast.RoomcastException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What Redis did not execute because some of a room's keys are on another node, on their way or not there yet. It is tried again after a
 * while, a longer one each time; whatever else concerns the room's log waits behind it, and what does not goes on. What has waited for the
 * command timeout is given up: it is known not to have happened.
 *
 * <p>Bounded by the {@link LaneQueue}, in which all of it still counts. Of the lane's thread.
 */
final class Postponed {

    static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    static final long LAST_PAUSE = TimeUnit.MILLISECONDS.toNanos(80);

    private final long patience;
    private final Map<Object, Line> lines = new LinkedHashMap<>();

    /** What waits for one log, in its order. */
    private static final class Line {
        private final Deque<Outgoing> items = new ArrayDeque<>();
        private long pause = FIRST_PAUSE;
        private long due;
    }

    Postponed(long patienceNanos) {
        this.patience = patienceNanos;
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** Returns whether something waits that must come before or after this. */
    boolean concerns(Outgoing item) {
        return lines.containsKey(subject(item));
    }

    /** Redis did not execute this; it all concerns one log. It comes before what waits for the same one. */
    void putBack(List<Outgoing> items, long now) {
        Line line = lines.computeIfAbsent(subject(items.get(0)), subject -> new Line());
        for (int i = items.size() - 1; i >= 0; i--) {
            Outgoing item = items.get(i);
            item.waitUntil(now + patience);
            line.items.addFirst(item);
        }
        line.due = now + line.pause;
        line.pause = Math.min(LAST_PAUSE, line.pause * 2);
    }

    /** Redis executed something about a log: what still waits for it need not wait any longer. */
    void executed(Outgoing item, long now) {
        Line line = lines.get(subject(item));
        if (line != null) {
            line.pause = FIRST_PAUSE;
            line.due = now;
        }
    }

    /** Of what was drawn, returns what need not wait, and what need not wait any longer. */
    List<Outgoing> sort(List<Outgoing> drawn, long now) {
        if (lines.isEmpty()) {
            return drawn;
        }
        List<Outgoing> batch = new ArrayList<>(drawn.size());
        for (Outgoing item : drawn) {
            Line line = lines.get(subject(item));
            if (line == null) {
                batch.add(item);
            } else {
                item.waitUntil(now + patience);
                line.items.add(item);
            }
        }
        takeDue(batch, now);
        return batch;
    }

    /** A batch at most. A log whose line is not taken whole stays, so that what is drawn later comes behind the rest. */
    private void takeDue(List<Outgoing> batch, long now) {
        int bytes = 0;
        int messages = 0;
        Iterator<Line> all = lines.values().iterator();
        while (all.hasNext() && messages < LaneQueue.BATCH_MESSAGES && bytes < LaneQueue.BATCH_BYTES) {
            Line line = all.next();
            if (line.due - now > 0) {
                continue;
            }
            while (!line.items.isEmpty() && messages < LaneQueue.BATCH_MESSAGES && bytes < LaneQueue.BATCH_BYTES) {
                Outgoing item = line.items.remove();
                batch.add(item);
                bytes += item.size;
                messages++;
            }
        }
    }

    /** Nothing is under way: a log for which nothing waits is like any other again. Returns what has waited for too long. */
    List<Outgoing> tidy(long now) {
        List<Outgoing> late = new ArrayList<>();
        Iterator<Line> all = lines.values().iterator();
        while (all.hasNext()) {
            Line line = all.next();
            while (!line.items.isEmpty() && line.items.element().isOver(now)) {
                late.add(line.items.remove());
            }
            if (line.items.isEmpty()) {
                all.remove();
            }
        }
        return late;
    }

    /** Returns how long nothing is to be done, at most {@code most}. */
    long nanosToWait(long now, long most) {
        long wait = most;
        for (Line line : lines.values()) {
            wait = Math.min(wait, line.due - now);
        }
        return Math.max(0, wait);
    }

    /** Returns all that waits, which does no more. */
    List<Outgoing> takeAll() {
        List<Outgoing> all = new ArrayList<>();
        lines.values().forEach(line -> all.addAll(line.items));
        lines.clear();
        return all;
    }

    static RoomcastException gaveUp(Outgoing item) {
        return new RoomcastException("Redis did not execute it"
                + (item instanceof Outgoing.Append append ? ", an append to room " + append.room : "")
                + ": a slot is on its way to another node of the Cluster, and some of the room's keys are elsewhere or not"
                + " there yet; expected the slot to arrive within the command timeout");
    }

    private static Object subject(Outgoing item) {
        return item instanceof Outgoing.Append append ? append.room : item;
    }
}
