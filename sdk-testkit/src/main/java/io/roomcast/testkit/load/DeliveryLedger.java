package io.roomcast.testkit.load;

import io.roomcast.testkit.measure.Recorder;
import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Finding;
import io.roomcast.testkit.result.Metric;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the peers of this process have sent and who of them must get it: whoever was in the room, by its own knowledge, before the message was sent, and stays until
 * the time is over. Deliveries to others, such as those who join meanwhile or leave, are allowed and not required. Peers of other processes are not
 * followed here.
 *
 * <p>A delivery that does not come in time is a finding, and a sample of the length of that time. The time stands still while this process does, or the thread of the run:
 * what has come meanwhile is to be read first, and that the run was late is another finding. Holds an entry for each message of the last
 * {@code timeout}. Belongs to the run's thread.
 */
final class DeliveryLedger {

    /** A turn that comes later than this after the one before was not waited for. A selector waits half as long at most. */
    static final long MOST_BETWEEN_TURNS = 200_000_000;

    private final Recorder recorder;
    private final long timeoutNanos;
    private final boolean everybody;
    private final SentMessages byKey = new SentMessages();
    private final ArrayDeque<SentMessage> byTime = new ArrayDeque<>();
    private final List<Finding> findings = new ArrayList<>();
    private long found;
    private long broadcasts;
    private long owed;
    private long permitted;
    private long arrived;
    private long open;
    /** How long the run has been able to look. */
    private long looked;

    private long lastTurn;

    /** @param everybody whether a sender gets its own broadcasts too */
    DeliveryLedger(Recorder recorder, long timeoutNanos, boolean everybody) {
        this.everybody = everybody;
        this.recorder = recorder;
        this.timeoutNanos = timeoutNanos;
    }

    /**
     * A message was sent.
     *
     * @param only who alone must get it, null for all in the room
     * @param owed how many of the peers of this process must get it
     */
    void sent(
            int sender,
            int serial,
            RoomView room,
            @Nullable LoadPeer only,
            int node,
            int phase,
            long planned,
            long sent,
            int owed) {
        long since = looked + Math.min(sent - lastTurn, MOST_BETWEEN_TURNS);
        SentMessage entry = new SentMessage(sender, serial, room, only, node, phase, planned, sent, since, owed);
        byKey.add(entry);
        byTime.add(entry);
        broadcasts++;
        open += owed;
    }

    /**
     * A message of this process arrived at a peer of it.
     *
     * @param joined since when the peer has been in the room
     */
    void arrived(int sender, int serial, LoadPeer receiver, long joined) {
        arrived++;
        SentMessage entry = byKey.find(sender, serial);
        if (entry == null) {
            // It was accounted for when its entry was closed.
            return;
        }
        boolean must = entry.only == null
                ? joined <= entry.sent && (everybody || receiver.number() != sender)
                : entry.only == receiver;
        if (must) {
            entry.arrived++;
            open--;
        } else {
            entry.extra++;
        }
    }

    /** Returns how many deliveries are waited for. */
    long open() {
        return Math.max(0, open);
    }

    /** Returns whether no message is in its time any more. */
    boolean isEmpty() {
        return byTime.isEmpty();
    }

    /** Closes the entries whose time is over. To be called in every turn of the run. @param lenient whether what is missing was to be expected */
    void expire(long now, boolean lenient) {
        looked += Math.min(now - lastTurn, MOST_BETWEEN_TURNS);
        lastTurn = now;
        for (SentMessage entry = byTime.peek();
                entry != null && looked - entry.since >= timeoutNanos;
                entry = byTime.peek()) {
            byTime.remove();
            close(entry, now, lenient);
        }
    }

    /** Closes all entries, whatever their time. */
    void expireAll(long now, boolean lenient) {
        for (SentMessage entry = byTime.poll(); entry != null; entry = byTime.poll()) {
            close(entry, now, lenient);
        }
    }

    /** Closes what has all it must have, without waiting for its time; what has not stays. */
    void settle() {
        while (!byTime.isEmpty()) {
            SentMessage entry = byTime.getFirst();
            if (missing(entry) > 0) {
                return;
            }
            byTime.remove();
            close(entry, entry.sent, true);
        }
    }

    private static long missing(SentMessage entry) {
        long left = entry.room.departures - entry.departures;
        return Math.max(0, entry.owed - entry.arrived - left);
    }

    private void close(SentMessage entry, long now, boolean lenient) {
        byKey.remove(entry);
        open -= entry.owed - entry.arrived;
        long missing = missing(entry);
        long must = Math.min(entry.owed, entry.arrived + missing);
        owed += lenient ? must - missing : must;
        permitted += entry.owed - must + entry.extra + (lenient ? missing : 0);
        for (long i = 0; i < missing; i++) {
            recorder.record(Metric.DELIVERY, entry.node, entry.phase, now - entry.planned);
            recorder.record(Metric.DELIVERY_SERVICE, entry.node, entry.phase, now - entry.sent);
        }
        if (missing > 0 && !lenient) {
            found += missing;
            find(new Finding(
                    "missing",
                    entry.sent,
                    entry.sender,
                    entry.room.name,
                    "message " + entry.serial + " of this peer was to reach " + entry.owed
                            + " peers of this process, reached "
                            + entry.arrived + " within " + timeoutNanos / 1_000_000 + " ms, and "
                            + (entry.room.departures - entry.departures) + " left meanwhile",
                    List.of()));
        }
        if (entry.arrived > entry.owed) {
            found += entry.arrived - entry.owed;
            find(new Finding(
                    "twice",
                    entry.sent,
                    entry.sender,
                    entry.room.name,
                    "message " + entry.serial + " of this peer was to reach " + entry.owed
                            + " peers of this process and arrived " + entry.arrived + " times",
                    List.of()));
        }
    }

    private void find(Finding finding) {
        if (findings.size() < Checked.MOST_FINDINGS) {
            findings.add(finding);
        }
    }

    Checked checked() {
        return new Checked(broadcasts, owed, permitted, arrived, findings, found);
    }
}
