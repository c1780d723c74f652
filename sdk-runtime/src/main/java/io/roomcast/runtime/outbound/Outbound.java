package io.roomcast.runtime.outbound;

import io.roomcast.SendOutcome;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one connection. Confined to the connection's loop.
 *
 * <p>Chunks queued during one turn of the loop leave together at its end, joined to WebSocket messages of at most
 * {@value #MAX_JOINED} bytes (a larger chunk travels alone). What may wait is bounded in bytes, what the connection still
 * holds of earlier writes included; and so are all peers of a node together ({@link NodeBudget}), where only those pay whose
 * connection is behind. At the bound a droppable chunk is dropped; any other makes the peer too slow: the queue is given up and
 * the {@link BacklogListener} is told, once.
 */
public final class Outbound {

    /** The most bytes that are joined to one WebSocket message; with its header it fits a staging buffer of 64 KiB. */
    static final int MAX_JOINED = 64 * 1024 - 16;

    private final Connection connection;
    private final MessageType type;
    private final LoopFlush flush;
    private final int budget;
    private final BacklogListener backlogListener;
    private final ChunkQueue queue = new ChunkQueue();
    /** What {@link LoopFlush#waitingBytes} has of this peer. */
    private int counted;

    private boolean flushPlanned;
    private boolean slow;
    private boolean sealed;
    private @Nullable HeldBack heldBack;
    private int heldBytes;

    public Outbound(
            Connection connection, MessageType type, LoopFlush flush, int budget, BacklogListener backlogListener) {
        this.connection = connection;
        this.type = type;
        this.flush = flush;
        this.budget = budget;
        this.backlogListener = backlogListener;
    }

    /** Queues a chunk that must arrive. */
    public SendOutcome offer(Chunk chunk) {
        return offer(chunk, false);
    }

    /**
     * Queues a chunk.
     *
     * @param droppable whether it may be dropped: it is, when bytes of an earlier turn still wait for the network
     */
    public SendOutcome offer(Chunk chunk, boolean droppable) {
        if (sealed || !connection.isOpen()) {
            return SendOutcome.CLOSED;
        }
        if (chunk.size() == 0) {
            return SendOutcome.QUEUED;
        }
        if (droppable && !connection.isWritable()) {
            return SendOutcome.DROPPED;
        }
        if (queue.bytes() + chunk.size() > MAX_JOINED && connection.isWritable()) {
            // A whole message is there: a peer that keeps up should not fill its budget within one turn of the loop.
            write();
        }
        boolean writable = connection.isWritable();
        long waiting = (long) waitingBytes() + chunk.size();
        if (waiting > budget || !writable && flush.node().isFull()) {
            if (droppable) {
                return SendOutcome.DROPPED;
            }
            overflow();
            return SendOutcome.CLOSED;
        }
        queue.add(chunk);
        count();
        noticeSlowness(writable, waiting);
        planFlush();
        return SendOutcome.QUEUED;
    }

    /** Writes what waits, as far as the network takes it. */
    public void flush() {
        flushPlanned = false;
        writeAndRefill();
    }

    /** The connection takes bytes again. */
    public void writable() {
        writeAndRefill();
        if (queue.isEmpty() && connection.isWritable()) {
            slow = false;
            backlogListener.onDrained();
        }
    }

    private void writeAndRefill() {
        write();
        while (heldBack != null
                && queue.isEmpty()
                && heldBytes > 0
                && connection.isWritable()
                && heldBack.refill(MAX_JOINED)) {
            write();
        }
    }

    private void write() {
        while (!queue.isEmpty() && connection.isWritable()) {
            int end = queue.runEnd(MAX_JOINED);
            int size = queue.runBytes(end);
            connection.write(type, queue.array(), queue.head(), end, size);
            queue.removeRun(end, size);
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
        queue.clear();
        if (heldBack != null) {
            heldBack.discard();
        }
        count();
    }

    /** Returns how many bytes wait, those included that are held back and those that the connection holds. */
    public int waitingBytes() {
        return queue.bytes() + heldBytes + connection.unsentBytes();
    }

    /** Returns whether the network has taken all that is not held back. */
    public boolean isDrained() {
        return queue.isEmpty() && connection.unsentBytes() == 0;
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
        return !sealed && connection.isOpen();
    }

    /** Returns whether the peer does not keep up, or as much is queued for it in this turn as one message can join. */
    public boolean isBacklogged() {
        return !connection.isWritable() || queue.bytes() >= MAX_JOINED;
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
            boolean writable = connection.isWritable();
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
    }

    private void planFlush() {
        if (!flushPlanned) {
            flushPlanned = true;
            flush.plan(this);
        }
    }
}
