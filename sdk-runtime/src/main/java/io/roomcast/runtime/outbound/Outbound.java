package io.roomcast.runtime.outbound;

import io.roomcast.SendOutcome;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.MessageType;

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
        if ((long) queue.bytes() + connection.unsentBytes() + chunk.size() > budget) {
            if (droppable) {
                return SendOutcome.DROPPED;
            }
            discard();
            overflowListener.onOverflow();
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
    }

    /** Returns how many bytes wait, those that the connection holds included. */
    public int waitingBytes() {
        return queue.bytes() + connection.unsentBytes();
    }

    private void planFlush() {
        if (!flushPlanned) {
            flushPlanned = true;
            flush.plan(this);
        }
    }
}
