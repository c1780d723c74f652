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
            discard();
            backlogListener.onOverflow();
            return SendOutcome.CLOSED;
        }
        queue.add(chunk);
        count();
        if (!slow && !writable && waiting > budget / 2) {
            slow = true;
            backlogListener.onSlow((int) waiting);
        }
        planFlush();
        return SendOutcome.QUEUED;
    }

    /** Writes what waits, as far as the network takes it. */
    public void flush() {
        flushPlanned = false;
        write();
    }

    /** The connection takes bytes again. */
    public void writable() {
        write();
        if (queue.isEmpty() && connection.isWritable()) {
            slow = false;
            backlogListener.onDrained();
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
        count();
    }

    /** Returns how many bytes wait, those that the connection holds included. */
    public int waitingBytes() {
        return queue.bytes() + connection.unsentBytes();
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
