package io.roomcast.testkit;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A node as a bridge sees it, for tests of bridges: it writes down what the bridge tells it, in order, and expectations wait for that. Each
 * takes the oldest thing of its kind that none has taken yet.
 *
 * <p>It also watches what a bridge promises of its calls (see {@link BridgeListener}): calls about one room are never concurrent, a node is
 * announced once and lost once, a state is told only when it is another than before. {@link #violations()} has what was broken.
 *
 * <p>Safe to use from any thread. Waits are of the wall clock.
 */
public final class RecordingBridgeListener implements BridgeListener {

    private static final int MOST_LINES = 60;

    private enum Kind {
        ENVELOPE,
        APPENDED,
        HISTORY_LOST,
        JOINED,
        LOST,
        STATE
    }

    private static final class Told {
        final Kind kind;
        final String about;
        final Object content;
        final long nanos = System.nanoTime();
        boolean expected;

        Told(Kind kind, String about, Object content) {
            this.kind = kind;
            this.about = about;
            this.content = content;
        }
    }

    private final String name;
    private final Duration patience;
    private final long begin = System.nanoTime();
    /** Everything below is guarded by it, and waited for at it. */
    private final Object lock = new Object();

    private final List<Told> all = new ArrayList<>();
    private final Map<String, Thread> busy = new HashMap<>();
    private final Set<String> alive = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private BridgeState last = BridgeState.CLOSED;

    /**
     * @param name what messages to people call this node
     * @param patience how long an expectation waits
     */
    public RecordingBridgeListener(String name, Duration patience) {
        this.name = name;
        this.patience = patience;
    }

    // ---- what the bridge tells

    @Override
    public void onEnvelope(String room, byte[] envelope) {
        aboutRoom(room, new Told(Kind.ENVELOPE, room, envelope.clone()));
    }

    @Override
    public void onAppended(String room, HistoryPosition position, byte[] envelope) {
        aboutRoom(room, new Told(Kind.APPENDED, room, position));
    }

    @Override
    public void onHistoryLost(String room, HistoryPosition resumesAfter) {
        aboutRoom(room, new Told(Kind.HISTORY_LOST, room, resumesAfter));
    }

    private void aboutRoom(String room, Told told) {
        synchronized (lock) {
            Thread other = busy.putIfAbsent(room, Thread.currentThread());
            if (other != null) {
                violations.add("two calls about room " + room + " at one time, on " + other.getName() + " and "
                        + Thread.currentThread().getName());
            }
        }
        // Between the two a second call of the same room can be seen.
        Thread.onSpinWait();
        synchronized (lock) {
            busy.remove(room, Thread.currentThread());
            write(told);
        }
    }

    @Override
    public void onNodeJoined(String nodeId) {
        synchronized (lock) {
            if (!alive.add(nodeId)) {
                violations.add("node " + nodeId + " joined twice");
            }
            write(new Told(Kind.JOINED, nodeId, nodeId));
        }
    }

    @Override
    public void onNodeLost(String nodeId) {
        synchronized (lock) {
            if (!alive.remove(nodeId)) {
                violations.add("node " + nodeId + " was lost and had not joined");
            }
            write(new Told(Kind.LOST, nodeId, nodeId));
        }
    }

    @Override
    public void onState(BridgeState state) {
        synchronized (lock) {
            if (state == last) {
                violations.add("state " + state + " was told twice in a row");
            }
            last = state;
            write(new Told(Kind.STATE, state.name(), state));
        }
    }

    // ---- what a test expects

    /** Expects an envelope of a room; returns it. */
    public byte[] expectEnvelope(String room) {
        return (byte[])
                next(told -> told.kind == Kind.ENVELOPE && told.about.equals(room), "an envelope of room " + room)
                        .content;
    }

    /** Expects that the next envelope of a room is this one, byte for byte. */
    public void expectEnvelope(String room, byte[] envelope) {
        byte[] next = expectEnvelope(room);
        if (!Arrays.equals(next, envelope)) {
            throw failure("expected the next envelope of room " + room + " to be " + shown(envelope) + ", and it is "
                    + shown(next));
        }
    }

    /** Expects {@link StampedEnvelope}s of one origin: these numbers, each once and in this order; those of other origins may come between. */
    public void expectStamped(String room, String origin, long first, long last) {
        for (long number = first; number <= last; number++) {
            byte[] envelope = (byte[]) next(
                            told -> told.kind == Kind.ENVELOPE
                                    && told.about.equals(room)
                                    && isOf(origin, (byte[]) told.content),
                            "envelope #" + number + " of " + origin + " in room " + room)
                    .content;
            long came = StampedEnvelope.read(envelope)
                    .map(StampedEnvelope::number)
                    .orElseThrow(() -> failure("got an envelope of room " + room + " that was changed on the way"));
            if (came != number) {
                throw failure("expected envelope #" + number + " of " + origin + " in room " + room + ", and #" + came
                        + " came");
            }
        }
    }

    /** Expects that no envelope of a room comes within this time, and that there is none that was not expected. */
    public void expectNoEnvelope(String room, Duration time) {
        Predicate<Told> any = told -> told.kind == Kind.ENVELOPE && told.about.equals(room);
        synchronized (lock) {
            if (await(any, time)) {
                throw failure("expected no envelope of room " + room + ", and one came");
            }
        }
    }

    /** Expects to be told that a node joined. */
    public void expectNodeJoined(String nodeId) {
        next(told -> told.kind == Kind.JOINED && told.about.equals(nodeId), "node " + nodeId + " to join");
    }

    /** Expects to be told that a node was lost. */
    public void expectNodeLost(String nodeId) {
        next(told -> told.kind == Kind.LOST && told.about.equals(nodeId), "node " + nodeId + " to be lost");
    }

    /** Expects to be told this state; others before it are passed over. */
    public void expectState(BridgeState state) {
        next(told -> told.content == state, "state " + state);
    }

    // ---- what it saw

    /** Returns all envelopes of a room, expected or not. */
    public List<byte[]> envelopes(String room) {
        synchronized (lock) {
            return all.stream()
                    .filter(told -> told.kind == Kind.ENVELOPE && told.about.equals(room))
                    .map(told -> ((byte[]) told.content).clone())
                    .toList();
        }
    }

    /** Returns what the bridge did that it promises not to do. */
    public List<String> violations() {
        synchronized (lock) {
            return List.copyOf(violations);
        }
    }

    /** Returns everything it was told, in order, for people. */
    @Override
    public String toString() {
        synchronized (lock) {
            if (all.isEmpty()) {
                return name + " was told nothing";
            }
            int left = Math.max(0, all.size() - MOST_LINES);
            return all.stream()
                    .skip(left)
                    .map(told -> String.format(
                            Locale.ROOT,
                            "%9.3f s  %-8s %s%s",
                            (told.nanos - begin) / 1e9,
                            told.kind.name().toLowerCase(Locale.ROOT),
                            told.kind == Kind.ENVELOPE ? told.about + ": " + shown((byte[]) told.content) : told.about,
                            told.expected ? "  (expected)" : ""))
                    .collect(Collectors.joining(
                            "\n",
                            name + " was told, in order:\n"
                                    + (left > 0 ? "              … " + left + " more before these\n" : ""),
                            violations.isEmpty() ? "" : "\nand the bridge broke its promises: " + violations));
        }
    }

    // ---- within

    private void write(Told told) {
        all.add(told);
        lock.notifyAll();
    }

    private Told next(Predicate<Told> fits, String what) {
        synchronized (lock) {
            if (!await(fits, patience)) {
                throw failure("expected " + what + ", and was not told within " + TestCluster.shown(patience));
            }
            Told found = all.stream()
                    .filter(told -> !told.expected && fits.test(told))
                    .findFirst()
                    .orElseThrow();
            found.expected = true;
            return found;
        }
    }

    /** Under the lock. */
    private boolean await(Predicate<Told> fits, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        while (all.stream().noneMatch(told -> !told.expected && fits.test(told))) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                lock.wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while " + name + " waited for its bridge", interrupted);
            }
        }
        return true;
    }

    private AssertionError failure(String what) {
        return new AssertionError(name + " " + what + ".\n" + this);
    }

    private static boolean isOf(String origin, byte[] envelope) {
        return StampedEnvelope.read(envelope)
                .map(stamped -> stamped.origin().equals(origin))
                .orElse(true);
    }

    private static String shown(byte[] envelope) {
        return StampedEnvelope.read(envelope).map(StampedEnvelope::toString).orElseGet(() -> Payloads.shown(envelope));
    }
}
