package io.roomcast.redis;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What came over one lane and waits for the node, handed over one after another, in order, on threads that all lanes share, or
 * on the thread that listens when nothing else waits: that saves a wake. Messages are bounded in number and bytes; steps of the bridge itself are not refused, their makers bound them.
 *
 * <p>Whoever raises the count from zero gives it to the executor, and whoever lowers it to zero stops: one thread at a time.
 */
final class Deliveries implements Runnable {

    static final int MOST_MESSAGES = 65_536;
    static final long MOST_BYTES = 64L << 20;

    private static final int STEPS_PER_RUN = 128;
    private static final int OVERHEAD = 128;
    private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

    private final Executor executor;
    private final Handler handler;
    private final Queue<Object> steps = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** What is done with a message. */
    interface Handler {
        void arrived(byte[] channel, byte[] payload);
    }

    private record Message(byte[] channel, byte[] payload) {
        int size() {
            return channel.length + payload.length + OVERHEAD;
        }
    }

    Deliveries(Executor executor, Handler handler) {
        this.executor = executor;
        this.handler = handler;
    }

    /** Returns false at the bound. For the thread that listens. */
    boolean arrived(byte[] channel, byte[] payload) {
        if (count.get() >= MOST_MESSAGES || bytes.get() > MOST_BYTES) {
            return false;
        }
        Message message = new Message(channel, payload);
        bytes.addAndGet(message.size());
        add(message);
        return true;
    }

    /** Returns whether nothing waits and nothing is being handed over. */
    boolean isIdle() {
        return count.get() == 0;
    }

    /** Begins to hand a message over on this thread, if nothing comes before it; returns whether {@link #atOnce} has to follow. */
    boolean begin() {
        return count.compareAndSet(0, 1);
    }

    /** Hands a message over on this thread. */
    void atOnce(byte[] channel, byte[] payload) {
        try {
            handler.arrived(channel, payload);
        } catch (RuntimeException | Error failure) {
            log.error("what was to be told to the node threw", failure);
        }
        if (count.decrementAndGet() != 0) {
            execute();
        }
    }

    /** Runs a step after what already waits. */
    void run(Runnable step) {
        add(step);
    }

    private void add(Object step) {
        steps.add(step);
        if (count.getAndIncrement() == 0) {
            execute();
        }
    }

    private void execute() {
        try {
            executor.execute(this);
        } catch (RejectedExecutionException closed) {
            // The bridge is closed, and nobody waits for this.
            steps.clear();
        }
    }

    @Override
    public void run() {
        for (int i = 0; i < STEPS_PER_RUN; i++) {
            Object step = steps.poll();
            try {
                if (step instanceof Message message) {
                    bytes.addAndGet(-message.size());
                    handler.arrived(message.channel(), message.payload());
                } else if (step instanceof Runnable runnable) {
                    runnable.run();
                }
            } catch (RuntimeException | Error failure) {
                log.error("what was to be told to the node threw", failure);
            }
            if (count.decrementAndGet() == 0) {
                return;
            }
        }
        execute();
    }
}
