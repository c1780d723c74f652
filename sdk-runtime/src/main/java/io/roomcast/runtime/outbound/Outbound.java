package io.roomcast.runtime.outbound;

import io.roomcast.SendOutcome;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.MessageType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one peer's connection, or for its next one while it has none. Confined to the peer's loop.
 *
 * <p>Chunks queued during one turn of the loop leave together at its end (those of a read from the peer itself when that is over), or
 * somewhat later where they may wait for more, joined to WebSocket messages of at most
 * {@value #MAX_JOINED} bytes (a larger chunk travels alone). What may wait is bounded in bytes, what the connection still
 * holds of earlier writes included; and so are all peers of a node together ({@link NodeBudget}), where only those pay whose
 * connection is behind. At the bound a droppable chunk is dropped; any other makes the peer too slow: the queue is given up and
 * the {@link BacklogListener} is told, once.
 *
 * <p>Where the peer can resume, what was written is kept until it is acknowledged. What waits and what is kept share the budget:
 * what is kept gives way, oldest first, and then the peer cannot resume from before it.
 */
public final class Outbound {

    /** The most bytes that are joined to one WebSocket message; with its header it fits a staging buffer of 64 KiB. */
    static final int MAX_JOINED = 64 * 1024 - 16;

    /** The peer is being read from. */
    private static final int READING = 1;
    /** What waits leaves at the end of the turn. */
    private static final int PLANNED = 2;
    /** What waits leaves at the end of this read. */
    private static final int PLANNED_IN_READ = 4;

    private final MessageType type;
    private final LoopFlush flush;
    private final int budget;
    private ChunkQueue queue;
    /** Null while the peer is without one. */
    private @Nullable Connection connection;

    private BacklogListener backlogListener;
    /** What {@link LoopFlush#waitingBytes} has of this peer. */
    private int counted;
    /** What {@link LoopFlush#keptBytes} has of this peer. */
    private int keptCounted;

    /** Of {@link #READING}, {@link #PLANNED} and {@link #PLANNED_IN_READ}; small, since there is one for each idle peer. */
    private byte flushing;

    /** There once something could wait for more to leave with it. */
    private @Nullable FlushWindow window;
    /** What leaves together with the next that does; null for nothing. */
    private @Nullable Rider rider;
    /** Whether somebody wants to be told when everything has left. */
    private boolean drainAwaited;

    private boolean slow;
    private boolean sealed;
    private @Nullable HeldBack heldBack;
    private int heldBytes;

    /** Something that is not worth a write of its own. */
    @FunctionalInterface
    public interface Rider {

        /** Returns it, without a number, when something else is about to leave. */
        Chunk chunk();
    }

    public Outbound(
            Connection connection, MessageType type, LoopFlush flush, int budget, BacklogListener backlogListener) {
        this(type, flush, budget, new ChunkQueue(false), connection, backlogListener);
    }

    private Outbound(
            MessageType type,
            LoopFlush flush,
            int budget,
            ChunkQueue queue,
            @Nullable Connection connection,
            BacklogListener backlogListener) {
        this.type = type;
        this.flush = flush;
        this.budget = budget;
        this.queue = queue;
        this.connection = connection;
        this.backlogListener = backlogListener;
    }

    // ---- over several connections

    /** Returns an empty queue for the same connection that keeps what it writes until it is acknowledged. */
    public Outbound keeping() {
        return new Outbound(type, flush, budget, new ChunkQueue(true), connection, backlogListener);
    }

    /**
     * Returns a queue of a peer that comes from another node and has no connection yet.
     *
     * @param released the number of the last numbered frame that it has had
     * @param frames those that follow
     */
    public static Outbound continuing(
            MessageType type,
            LoopFlush flush,
            int budget,
            long released,
            List<Chunk> frames,
            BacklogListener listener) {
        Outbound outbound = new Outbound(type, flush, budget, new ChunkQueue(true), null, listener);
        outbound.queue.continueFrom(released);
        frames.forEach(outbound.queue::add);
        outbound.count();
        return outbound;
    }

    /** Returns the number of the last numbered frame that is not here any more. */
    public long releasedFrames() {
        return queue.released();
    }

    /** Returns the numbered frames after {@link #releasedFrames()}, for another node to send. Nothing may be held back. */
    public List<Chunk> numberedFrames() {
        return queue.numbered();
    }

    /** Has no connection from now on; what is queued waits for the next one. */
    public void park(BacklogListener listener) {
        connection = null;
        flushing &= PLANNED;
        rider = null;
        closeWindow();
        backlogListener = listener;
        slow = false;
        count();
    }

    /** Continues on another connection of the same loop, and writes again what the peer has not had. */
    public void bind(Connection other, BacklogListener listener) {
        connection = other;
        backlogListener = listener;
        slow = false;
        queue.rewind();
        count();
        planFlush(0);
    }

    /**
     * Returns a queue for another loop that continues this parked one, which is empty then and takes nothing. Nothing may be held
     * back. On this loop; the result belongs to the other.
     */
    public Outbound movedTo(LoopFlush other) {
        Outbound moved = new Outbound(type, other, budget, queue, null, backlogListener);
        moved.sealed = sealed;
        moved.drainAwaited = drainAwaited;
        sealed = true;
        queue = new ChunkQueue(false);
        if (heldBack != null) {
            // Nothing is left there but when values last left, which may be remembered for minutes.
            heldBack.discard();
            heldBack = null;
        }
        count();
        return moved;
    }

    /** Returns how many numbered frames were written, in all. */
    public long sentFrames() {
        return queue.sent();
    }

    /** Returns whether everything after this numbered frame is here: that the peer can go on from it. */
    public boolean hasAllAfter(long number) {
        return number >= queue.released() && number <= queue.sent();
    }

    /** The peer has had the numbered frames up to this one. */
    public void acknowledged(long number) {
        queue.release(number);
        count();
    }

    /** Queues a chunk that must arrive, and leaves at the end of this turn. */
    public SendOutcome offer(Chunk chunk) {
        return offer(chunk, false, 0);
    }

    /** Queues a chunk that must arrive, and leaves with what waits already: at the end of this turn if nothing does. */
    public SendOutcome offerAlong(Chunk chunk) {
        return offer(chunk, false, window != null && window.isOpen() ? FlushWindow.MAX_MILLIS : 0);
    }

    /**
     * Queues a chunk.
     *
     * @param droppable whether it may be dropped: it is, when bytes of an earlier turn still wait for the network
     * @param withinMillis how long it may wait for more to leave with it; 0 = until the end of this turn
     */
    public SendOutcome offer(Chunk chunk, boolean droppable, int withinMillis) {
        if (!isTaking()) {
            return SendOutcome.CLOSED;
        }
        if (chunk.size() == 0) {
            return SendOutcome.QUEUED;
        }
        if (droppable && !canWrite()) {
            return SendOutcome.DROPPED;
        }
        if (queue.bytes() + chunk.size() > Math.min(MAX_JOINED, budget) && canWrite()) {
            // A whole message is there: a peer that keeps up should not fill its budget within one turn of the loop.
            // One that
            // comes back may have a full budget waiting, and its welcome comes behind that.
            write();
        }
        boolean writable = canWrite();
        long waiting = (long) waitingBytes() + chunk.size();
        if (waiting > budget || !writable && flush.node().isFull()) {
            if (droppable) {
                return SendOutcome.DROPPED;
            }
            overflow();
            return SendOutcome.CLOSED;
        }
        queue.add(chunk);
        if (waiting + queue.keptBytes() > budget) {
            queue.shrinkKept((int) Math.max(0, budget - waiting));
        }
        count();
        noticeSlowness(writable, waiting);
        planFlush(withinMillis);
        return SendOutcome.QUEUED;
    }

    /**
     * The peer is being read from, until {@link #readEnds}. What it is told meanwhile leaves then: nobody else adds to it, and a peer that
     * asked should not wait for all that others ask in the same turn.
     */
    public void reads() {
        flushing |= READING;
    }

    /** What was queued during the read leaves, unless what waited before leaves later. */
    public void readEnds() {
        if (endRead()) {
            flush();
        }
    }

    /** What was queued during the read leaves at the end of this turn, with what is queued until then. */
    public void readEndsWithTurn() {
        if (endRead()) {
            planFlush(0);
        }
    }

    private boolean endRead() {
        boolean planned = (flushing & PLANNED_IN_READ) != 0;
        flushing &= ~(READING | PLANNED_IN_READ);
        return planned;
    }

    /** Writes what waits, as far as the network takes it. */
    public void flush() {
        flushing &= READING;
        closeWindow();
        if (rider != null) {
            takeAlong(rider);
        }
        writeAndRefill();
        if (drainAwaited && isDrained()) {
            drained();
        }
    }

    /** Lets something leave together with the next that does, in place of what was to do so. */
    public void letRide(Rider passenger) {
        rider = passenger;
    }

    /** Returns whether something is to leave together with the next that does. */
    public boolean hasRider() {
        return rider != null;
    }

    private void takeAlong(Rider passenger) {
        if (!queue.isEmpty() && canWrite()) {
            rider = null;
            queue.add(passenger.chunk());
        }
    }

    /** The connection takes bytes again. */
    public void writable() {
        writeAndRefill();
        if (queue.isEmpty() && canWrite()) {
            slow = false;
            drained();
        }
    }

    /** Has the {@link BacklogListener} told when everything has left that is queued now, even if that takes no time. */
    public void tellWhenDrained() {
        drainAwaited = true;
    }

    private void drained() {
        drainAwaited = false;
        backlogListener.onDrained();
    }

    private void writeAndRefill() {
        write();
        while (heldBack != null && queue.isEmpty() && heldBytes > 0 && canWrite() && heldBack.refill(MAX_JOINED)) {
            write();
        }
    }

    private void write() {
        Connection to = connection;
        while (to != null && !queue.isEmpty() && to.isWritable()) {
            int end = queue.runEnd(MAX_JOINED);
            int size = queue.runBytes(end);
            to.write(type, queue.array(), queue.next(), end, size);
            queue.handedOver(end, size);
        }
        if (queue.keptBytes() > 0 && flush.node().keepsTooMuch()) {
            queue.shrinkKept(0);
        }
        count();
    }

    /** Takes nothing more; what waits still leaves. */
    public void seal() {
        releaseHeld();
        sealed = true;
    }

    /** Returns whether nothing waits here; the connection may still hold the rest of a message. */
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Drops what waits and takes nothing more. */
    public void discard() {
        sealed = true;
        closeWindow();
        queue.clear();
        if (heldBack != null) {
            heldBack.discard();
        }
        count();
    }

    /** Returns how many bytes wait, those included that are held back and those that the connection holds. */
    public int waitingBytes() {
        return queue.bytes() + heldBytes + unsentBytes();
    }

    /** Returns whether the network has taken all that is not held back. */
    public boolean isDrained() {
        return queue.isEmpty() && unsentBytes() == 0;
    }

    private boolean canWrite() {
        return connection != null && connection.isWritable();
    }

    private int unsentBytes() {
        return connection == null ? 0 : connection.unsentBytes();
    }

    // ---- for what is held back

    /** Says where things are held back for this queue. Once. */
    public void attach(HeldBack holds) {
        heldBack = holds;
    }

    /** Queues everything that is held back: what follows must not overtake it. */
    public void releaseHeld() {
        if (heldBack != null && !sealed) {
            heldBack.releaseAll();
        }
    }

    /** Returns whether a chunk may still be offered. */
    public boolean isTaking() {
        // A connection that is on its way out need not be the last one of a peer that can resume.
        return !sealed && (connection == null || queue.isKeeping() || connection.isOpen());
    }

    /** Returns whether the peer does not keep up, or as much is queued for it in this turn as one message can join. */
    public boolean isBacklogged() {
        return !canWrite() || queue.bytes() >= MAX_JOINED;
    }

    /** Returns how many bytes are queued here and not yet handed to the connection. */
    public int queuedBytes() {
        return queue.bytes();
    }

    /**
     * Counts bytes that are held back from now on, or no longer if negative.
     *
     * @return false if the budgets do not allow it, or the peer is given up; they are not counted then
     */
    public boolean hold(int bytes) {
        if (bytes > 0) {
            boolean writable = canWrite();
            long waiting = (long) waitingBytes() + bytes;
            if (sealed || waiting > budget || !writable && flush.node().isFull()) {
                return false;
            }
            noticeSlowness(writable, waiting);
        }
        heldBytes += bytes;
        count();
        return true;
    }

    /** Gives up a peer for which more must wait than may. */
    public void overflow() {
        boolean known = sealed;
        discard();
        if (!known) {
            backlogListener.onOverflow();
        }
    }

    private void noticeSlowness(boolean writable, long waiting) {
        if (!slow && !writable && waiting > budget / 2) {
            slow = true;
            backlogListener.onSlow((int) waiting);
        }
    }

    private void count() {
        int waiting = waitingBytes();
        if (waiting != counted) {
            flush.waitingChanged(waiting - counted);
            counted = waiting;
        }
        int kept = queue.keptBytes();
        if (kept != keptCounted) {
            flush.keptChanged(kept - keptCounted);
            keptCounted = kept;
        }
    }

    private void planFlush(int withinMillis) {
        if ((flushing & (PLANNED | PLANNED_IN_READ)) != 0) {
            return;
        }
        if (withinMillis == 0 && flushing == READING) {
            flushing |= PLANNED_IN_READ;
            return;
        }
        if (withinMillis == 0) {
            flushing |= PLANNED;
            flush.plan(this);
            return;
        }
        if (window == null) {
            window = flush.windowFor(this);
        }
        window.within(withinMillis);
    }

    private void closeWindow() {
        if (window != null) {
            window.close();
        }
    }
}
