package io.roomcast.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What waits for Redis in one lane, by class: the bridge's own urgent commands first, then what concerns logs, then envelopes;
 * but logs take no more than half of a batch while envelopes wait. Publishes and sends are one class, since those about one
 * room must keep their order. Each class is bounded in messages and in bytes; what is being sent counts until its end is told.
 *
 * <p>Any thread offers. Whoever has the lane's {@link Turn} draws; only the lane's own thread waits, while it has no
 * connection or rests. While the queue refuses, what is offered fails at once.
 */
final class LaneQueue {

    static final String FULL = "the queue to Redis is full";
    static final int BATCH_MESSAGES = 512;
    static final int BATCH_BYTES = 256 << 10;

    /** The bridge has a handful of commands under way. */
    private static final int URGENT_MESSAGES = 1024;

    private static final long URGENT_BYTES = 1 << 20;

    /** What a caller writes by itself, at most: the smallest send buffer takes it when it is empty. */
    static final int SMALL_BATCH_MESSAGES = 32;

    static final int SMALL_BATCH_BYTES = 4 << 10;

    private final Share urgent;
    private final Share logs;
    private final Share envelopes;
    private final List<Share> inOrder;
    /** What Redis did not execute and is sent again, before all else. Of the lane's thread. */
    private final Deque<Outgoing> again = new ArrayDeque<>();
    /** Why nothing is taken; null = it is. */
    private volatile @Nullable String refusal = "the bridge is not connected yet";

    private volatile @Nullable Thread writer;
    private volatile boolean woken;

    private static final class Share {
        private final Queue<Outgoing> items = new ConcurrentLinkedQueue<>();
        private final AtomicInteger messages = new AtomicInteger();
        private final AtomicLong bytes = new AtomicLong();
        private final int mostMessages;
        private final long mostBytes;

        Share(int mostMessages, long mostBytes) {
            this.mostMessages = mostMessages;
            this.mostBytes = mostBytes;
        }

        boolean take(Outgoing item) {
            int count = messages.incrementAndGet();
            boolean full = bytes.addAndGet(item.size) > mostBytes || count > mostMessages;
            // One that comes alone is taken, whatever its size.
            if (full && count > 1) {
                free(item);
                return false;
            }
            items.add(item);
            return true;
        }

        void free(Outgoing item) {
            messages.decrementAndGet();
            bytes.addAndGet(-item.size);
        }
    }

    LaneQueue(int messages, long bytes) {
        this.urgent = new Share(URGENT_MESSAGES, URGENT_BYTES);
        this.logs = new Share(messages, bytes);
        this.envelopes = new Share(messages, bytes);
        this.inOrder = List.of(urgent, logs, envelopes);
    }

    /** Returns why it was not taken; null if it was. */
    @Nullable
    String offer(Outgoing item) {
        String why = refusal;
        if (why != null) {
            return why;
        }
        if (!share(item).take(item)) {
            return FULL;
        }
        return null;
    }

    long bytes() {
        return urgent.bytes.get() + logs.bytes.get() + envelopes.bytes.get();
    }

    /** From now on offers are taken. */
    void open() {
        refusal = null;
    }

    /** From now on offers are refused. What waits is left to {@link #takeAll}. */
    void refuse(String why) {
        refusal = why;
    }

    boolean isOpen() {
        return refusal == null;
    }

    boolean isEmpty() {
        return urgent.items.isEmpty() && logs.items.isEmpty() && envelopes.items.isEmpty();
    }

    /** Ends {@link #await}. */
    void wake() {
        // Whoever sees it set was seen: the lane's thread takes it back before it looks.
        if (!woken) {
            woken = true;
            LockSupport.unpark(writer);
        }
    }

    // ---- for the lane's thread

    void await(long nanos) {
        writer = Thread.currentThread();
        if (!woken && nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
        woken = false;
    }

    /** Returns what to send next, at most a batch. */
    List<Outgoing> draw() {
        List<Outgoing> batch = new ArrayList<>();
        int bytes = 0;
        Outgoing item;
        while ((item = again.poll()) != null) {
            batch.add(item);
            bytes += item.size;
        }
        bytes += move(urgent, batch, BATCH_MESSAGES, Integer.MAX_VALUE);
        boolean both = !envelopes.items.isEmpty();
        bytes += move(
                logs,
                batch,
                both ? Math.min(BATCH_MESSAGES, batch.size() + BATCH_MESSAGES / 2) : BATCH_MESSAGES,
                both ? Math.min(BATCH_BYTES / 2, BATCH_BYTES - bytes) : BATCH_BYTES - bytes);
        move(envelopes, batch, BATCH_MESSAGES, BATCH_BYTES - bytes);
        return batch;
    }

    /** Returns what comes next, if it is little; nothing if it is not. Puts nothing before what was drawn before and is sent again. */
    List<Outgoing> drawSmall() {
        List<Outgoing> batch = new ArrayList<>(1);
        int bytes = 0;
        for (Share share : inOrder) {
            Outgoing item;
            while ((item = share.items.peek()) != null
                    && batch.size() < SMALL_BATCH_MESSAGES
                    && bytes + item.size <= SMALL_BATCH_BYTES) {
                // Nobody else draws, but the lane's thread may have given up the connection and fail what waits.
                item = share.items.poll();
                if (item != null) {
                    bytes += item.size;
                    batch.add(item);
                }
            }
        }
        return batch;
    }

    private static int move(Share from, List<Outgoing> to, int mostMessages, int mostBytes) {
        int bytes = 0;
        while (to.size() < mostMessages && bytes < mostBytes) {
            Outgoing item = from.items.poll();
            if (item == null) {
                break;
            }
            bytes += item.size;
            to.add(item);
        }
        return bytes;
    }

    void again(List<Outgoing> items) {
        again.addAll(items);
    }

    /** The end of something that was drawn has been told. */
    void ended(Outgoing item) {
        share(item).free(item);
    }

    /** Returns everything that waits, which does no more. It counts until its end is told. */
    List<Outgoing> takeAll() {
        List<Outgoing> all = new ArrayList<>(again);
        again.clear();
        Outgoing item;
        for (Share share : inOrder) {
            while ((item = share.items.poll()) != null) {
                all.add(item);
            }
        }
        return all;
    }

    private Share share(Outgoing item) {
        if (item instanceof Outgoing.Envelope) {
            return envelopes;
        }
        return item instanceof Outgoing.Command command && command.urgent ? urgent : logs;
    }
}
