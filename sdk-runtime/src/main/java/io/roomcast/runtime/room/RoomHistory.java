package io.roomcast.runtime.room;

import io.roomcast.HistoryPosition;
import io.roomcast.Message;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.mailbox.Mailbox;
import io.roomcast.runtime.outbound.HandOver;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What this node hears of one room's log, on its way from the bridge to the loops: in the order of the offsets, each entry once.
 *
 * <p>Guarded by itself: the bridge tells one thing at a time about a room, but where it begins comes from another thread. Under
 * the lock tasks are given to loops and to the mailbox; nothing waits there, and no handler is called. {@code handed} is guarded by the
 * room's lock, which is taken within this one: a newcomer's place is read in one step with giving its loop the task that lets it in, so
 * whatever is handed over later is behind that task.
 *
 * <p>Entries wait here in two cases: for the bridge to say where they begin, and, in an observed room, for its mailbox. At most
 * {@value #MOST_WAITING} of each; what comes when as many wait is lost to the room's peers of this node, and they are told.
 */
final class RoomHistory {

    static final int MOST_WAITING = 8192;

    /** After so many entries the mailbox does something else. */
    private static final int ENTRIES_PER_TURN = 64;

    private final LocalRoom room;
    private final Retention retention;
    private final Mailbox mailbox;
    private final boolean observed;
    private final Uplink uplink;
    private final Telemetry telemetry;

    /** Counts the subscriptions: the answer to an earlier one does not count. */
    private int subscription;

    /** Whether anything that the bridge tells counts. */
    private boolean subscribed;

    private boolean subscribing;
    /** What the bridge told before it said where it begins. */
    private final Queue<Runnable> early = new ArrayDeque<>(1);
    /** The place that the bridge told last, null while that is not known. */
    private @Nullable HistoryPosition heard;
    /** What waits for the mailbox. */
    private final Queue<Waiting> waiting = new ArrayDeque<>(1);

    private boolean draining;
    /** At the end of {@code waiting} when that is full: how far what was not taken reaches. */
    private @Nullable Waiting overflow;
    /** The place that was handed to the loops last, null while that is not known. */
    private @Nullable HistoryPosition handed;

    /** An entry, or, without one, that everything up to a place is lost. */
    private static final class Waiting {
        private HistoryPosition position;
        private final @Nullable LoggedMessage entry;

        Waiting(HistoryPosition position, @Nullable LoggedMessage entry) {
            this.position = position;
            this.entry = entry;
        }
    }

    RoomHistory(
            LocalRoom room,
            Retention retention,
            Mailbox mailbox,
            boolean observed,
            Uplink uplink,
            Telemetry telemetry) {
        this.room = room;
        this.retention = retention;
        this.mailbox = mailbox;
        this.observed = observed;
        this.uplink = uplink;
        this.telemetry = telemetry;
    }

    Retention retention() {
        return retention;
    }

    // ---- from the bridge

    /**
     * Asks the bridge for the log. In the mailbox.
     *
     * @return completes, never exceptionally, when it is known where the log begins for this node, or that this is not known
     */
    CompletionStage<Void> subscribe() {
        int current;
        synchronized (this) {
            forget();
            current = ++subscription;
            subscribed = true;
            subscribing = true;
        }
        return uplink.subscribeHistory(room.name(), retention).handle((position, failure) -> {
            begin(current, position);
            return null;
        });
    }

    /** The room is closed: what the bridge still tells is for nobody. In the mailbox. */
    synchronized void end() {
        forget();
        subscribed = false;
    }

    private void forget() {
        early.clear();
        waiting.clear();
        overflow = null;
        heard = null;
        room.inOrder(() -> handed = null);
    }

    private synchronized void begin(int of, @Nullable HistoryPosition position) {
        if (of != subscription || !subscribed) {
            return;
        }
        subscribing = false;
        heard = position;
        room.inOrder(() -> handed = position);
        Runnable next;
        while ((next = early.poll()) != null) {
            next.run();
        }
    }

    /** The next entry. */
    synchronized void appended(String epoch, LoggedMessage entry) {
        if (!subscribed) {
            return;
        }
        if (subscribing) {
            // One too many leaves a hole, which is noticed when another one follows.
            if (early.size() < MOST_WAITING) {
                early.add(() -> appended(epoch, entry));
            }
            return;
        }
        HistoryPosition position = new HistoryPosition(epoch, entry.offset());
        if (isKnown(position)) {
            return;
        }
        HistoryPosition before = new HistoryPosition(epoch, entry.offset() - 1);
        if (!before.equals(heard)) {
            pass(before, null);
        }
        pass(position, entry);
    }

    /** Everything up to a place is lost. */
    synchronized void lost(HistoryPosition resumesAfter) {
        if (!subscribed) {
            return;
        }
        if (subscribing) {
            if (early.size() < MOST_WAITING) {
                early.add(() -> lost(resumesAfter));
            }
        } else if (!isKnown(resumesAfter)) {
            pass(resumesAfter, null);
        }
    }

    private boolean isKnown(HistoryPosition position) {
        HistoryPosition last = heard;
        return last != null && last.epoch().equals(position.epoch()) && position.offset() <= last.offset();
    }

    // ---- to the loops

    private void pass(HistoryPosition position, @Nullable LoggedMessage entry) {
        heard = position;
        if (!observed) {
            hand(new Waiting(position, entry), room.share(entry));
        } else if (overflow != null) {
            overflow.position = position;
        } else {
            Waiting next = new Waiting(position, waiting.size() < MOST_WAITING ? entry : null);
            overflow = waiting.size() < MOST_WAITING ? null : next;
            waiting.add(next);
            if (!draining) {
                draining = true;
                mailbox.add(this::drain);
            }
        }
    }

    /**
     * In the mailbox, where it is one task however much waits: entries do not crowd out what else the room does, nor are they lost
     * because the mailbox is full.
     */
    private void drain() {
        for (int i = 0; i < ENTRIES_PER_TURN; i++) {
            Waiting next;
            synchronized (this) {
                next = waiting.poll();
                if (next == null) {
                    draining = false;
                    return;
                }
                if (next == overflow) {
                    overflow = null;
                }
            }
            LoggedMessage entry = next.entry;
            HandOver share = room.share(entry);
            if (entry != null && entry.message() != null && share != null) {
                room.observed(entry.message());
            }
            hand(next, share);
        }
        mailbox.add(this::drain);
    }

    private void hand(Waiting next, @Nullable HandOver share) {
        LoggedMessage entry = next.entry;
        if (entry != null && entry.message() == null) {
            room.inOrder(() -> handed = next.position);
        } else if (entry != null && entry.message() != null && share != null) {
            Message message = entry.message();
            room.inOrder(() -> {
                handed = next.position;
                room.audience().sendLogged(message, entry.addressing(), entry.offset(), share);
            });
        } else {
            telemetry.historyLost(room.name(), next.position);
            room.inOrder(() -> handLost(next));
        }
    }

    private void handLost(Waiting next) {
        HistoryPosition before = handed;
        handed = next.position;
        long missed = before != null && before.epoch().equals(next.position.epoch())
                ? next.position.offset() - before.offset()
                : 0;
        room.audience().announceLost(next.position, missed);
    }

    /** Returns the place that was handed to the loops last, null if that is not known. With the room's lock. */
    @Nullable
    HistoryPosition handed() {
        return handed;
    }
}
