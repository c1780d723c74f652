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
 * holds of earlier writes included. At the bound a droppable chunk is dropped; any other makes the peer too slow: the queue is
 * given up and {@link OverflowListener} is told, once.
 */
public final class Outbound {

    /** The most bytes that are joined to one WebSocket message; with its header it fits a staging buffer of 64 KiB. */
    static final int MAX_JOINED = 64 * 1024 - 16;

    private final Connection connection;
    private final MessageType type;
    private final LoopFlush flush;
    private final int budget;
    private final OverflowListener overflowListener;
    private final ChunkQueue queue = new ChunkQueue();
    private boolean flushPlanned;
    private boolean sealed;
    private @Nullable HeldBack heldBack;
    private int heldBytes;

    public Outbound(
            Connection connection, MessageType type, LoopFlush flush, int budget, OverflowListener overflowListener) {
        this.connection = connection;
        this.type = type;
        this.flush = flush;
        this.budget = budget;
        this.overflowListener = overflowListener;
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
        if ((long) waitingBytes() + chunk.size() > budget) {
            if (droppable) {
                return SendOutcome.DROPPED;
            }
            overflow();
            return SendOutcome.CLOSED;
        }
        queue.add(chunk);
        flush.waitingChanged(chunk.size());
        planFlush();
        return SendOutcome.QUEUED;
    }

    /** Writes what waits, as far as the network takes it. */
    public void flush() {
        flushPlanned = false;
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
            flush.waitingChanged(-size);
        }
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
        flush.waitingChanged(-queue.bytes());
        queue.clear();
        if (heldBack != null) {
            heldBack.discard();
        }
    }

    /** Returns how many bytes wait, those included that are held back and those that the connection holds. */
    public int waitingBytes() {
        return queue.bytes() + heldBytes + connection.unsentBytes();
    }

    // ---- for what is held back

    /** Queues everything that is held back: what follows must not overtake it. */
    public void releaseHeld() {
        if (heldBack != null && !sealed) {
            heldBack.releaseAll();
        }
    }

    /** Says where things are held back for this queue. Once. */
    public void attach(HeldBack holds) {
        heldBack = holds;
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
     * @return false if the budget does not allow it, or the peer is given up; they are not counted then
     */
    public boolean hold(int bytes) {
        if (bytes > 0 && (sealed || (long) waitingBytes() + bytes > budget)) {
            return false;
        }
        heldBytes += bytes;
        flush.waitingChanged(bytes);
        return true;
    }

    /** Gives up a peer for which more must wait than may. */
    public void overflow() {
        boolean known = sealed;
        discard();
        if (!known) {
            overflowListener.onOverflow();
        }
    }

    private void planFlush() {
        if (!flushPlanned) {
            flushPlanned = true;
            flush.plan(this);
        }
    }
}
