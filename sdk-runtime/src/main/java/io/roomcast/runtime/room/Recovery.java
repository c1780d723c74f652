package io.roomcast.runtime.room;

import io.roomcast.HistoryPosition;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.JoinedAt;
import io.roomcast.runtime.wire.RecoveryPoint;
import io.roomcast.runtime.wire.WireFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A peer that comes back to a room, while what it has missed is read from the log. What is sent in the room meanwhile is held, and
 * follows what was missed. Confined to the peer's loop.
 *
 * <p>Bounds: {@value #MOST_MISSED} missed entries, {@value #MOST_HELD} held messages, half of the peer's byte budget for either,
 * {@value #TIMEOUT_MILLIS} ms. Beyond one of them the peer is told that it cannot recover, and gets what is held.
 */
final class Recovery {

    static final int MOST_MISSED = 1000;
    static final int MOST_HELD = 1024;
    static final int TIMEOUT_MILLIS = 10_000;

    private final RoomMember member;
    private final RecoveryPoint wanted;
    private final HistoryPosition admittedAt;
    private final int mostBytes;
    private final Settled settled;
    private final EventLoop timerLoop;
    private final EventLoop.Timer timeout;
    private final List<LoopMembers.Offer> held = new ArrayList<>();
    private long heldBytes;
    private boolean overflown;
    private boolean over;

    /** What becomes of it. */
    interface Settled {

        /** On the loop, once. */
        void at(JoinedAt at, Recovered recovered);
    }

    /** @param mostBytes the most that the missed messages, and those that are held, may have */
    Recovery(RoomMember member, RecoveryPoint wanted, HistoryPosition admittedAt, int mostBytes, Settled settled) {
        this.member = member;
        this.wanted = wanted;
        this.admittedAt = admittedAt;
        this.mostBytes = mostBytes;
        this.settled = settled;
        Session session = member.session();
        this.timerLoop = session.loop();
        this.timeout = timerLoop.schedule(TIMEOUT_MILLIS, () -> session.execute(() -> read(null)));
    }

    /** Keeps something that is sent in the room. */
    void hold(LoopMembers.Offer offer, int bytes) {
        held.add(offer);
        heldBytes += bytes;
        if (!overflown && (held.size() >= MOST_HELD || heldBytes > mostBytes)) {
            overflown = true;
            // Not now: the loop goes through its members.
            member.session().execute(() -> read(null));
        }
    }

    /** @param page what was read of the log after the place that the peer has, null if that is not to be had */
    void read(@Nullable LoggedPage page) {
        if (over) {
            return;
        }
        over = true;
        timerLoop.execute(timeout::cancel);
        List<Recovered.Missed> missed = page == null ? null : missed(page);
        if (missed == null) {
            settled.at(new JoinedAt(admittedAt.epoch(), admittedAt.offset(), 0, true), new Recovered(List.of(), held));
        } else {
            long places = Math.max(0, admittedAt.offset() - wanted.offset());
            settled.at(new JoinedAt(admittedAt.epoch(), wanted.offset(), places, false), new Recovered(missed, held));
        }
    }

    /** Returns what the peer has missed, or null if something is wanting. */
    private @Nullable List<Recovered.Missed> missed(LoggedPage page) {
        boolean whole = page.epoch().equals(wanted.epoch())
                && page.newest() >= Math.max(wanted.offset(), admittedAt.offset())
                && page.oldest() <= wanted.offset() + 1;
        if (!whole) {
            return null;
        }
        List<Recovered.Missed> missed = new ArrayList<>();
        WireFormat format = member.session().format();
        long reached = wanted.offset();
        long bytes = 0;
        for (LoggedMessage entry : page.entries()) {
            if (entry.offset() > admittedAt.offset()) {
                break;
            }
            reached = entry.offset();
            if (entry.message() == null || !member.isFor(entry.addressing())) {
                continue;
            }
            Chunk chunk =
                    format.message(member.room().key(), entry.addressing().from(), entry.message(), entry.offset());
            bytes += chunk.size();
            if (bytes > mostBytes) {
                return null;
            }
            missed.add(
                    new Recovered.Missed(entry.offset(), chunk, entry.message().size()));
        }
        return reached < admittedAt.offset() ? null : missed;
    }
}
