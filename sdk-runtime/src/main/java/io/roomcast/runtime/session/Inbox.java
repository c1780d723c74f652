package io.roomcast.runtime.session;

import io.roomcast.runtime.transport.EventLoop;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the messages of one peer that wait for room handlers and stops reading from the peer while they are too many.
 *
 * <p>{@link #entered} and everything about pausing happen on the peer's loop; {@link #handled} comes from whatever thread runs
 * the handler and touches only the counter, then asks the loop to look again.
 */
public final class Inbox {

    private final EventLoop loop;
    private final Link link;
    private final int limit;
    private final AtomicInteger waiting = new AtomicInteger();
    /** Written on the loop only; read by handler threads to spare the loop a task for every message. */
    private volatile boolean paused;

    Inbox(EventLoop loop, Link link, int limit) {
        this.loop = loop;
        this.link = link;
        this.limit = limit;
    }

    /** A message was put into a mailbox. On the loop. */
    public void entered() {
        if (waiting.incrementAndGet() >= limit && !paused) {
            paused = true;
            link.pauseReads(Link.Pause.INBOX);
            // The handlers may have caught up between the count and the flag, when they saw no need to wake us.
            lookAgain();
        }
    }

    /** A message was handled. From any thread. */
    public void handled() {
        int left = waiting.decrementAndGet();
        if (paused && left <= limit / 2) {
            loop.execute(this::lookAgain);
        }
    }

    /** Stops reading until {@link #mailboxHasRoom()}. On the loop. */
    public void mailboxFull() {
        link.pauseReads(Link.Pause.MAILBOX);
    }

    /** Undoes {@link #mailboxFull()}. From any thread. */
    public void mailboxHasRoom() {
        loop.execute(() -> link.resumeReads(Link.Pause.MAILBOX));
    }

    private void lookAgain() {
        if (paused && waiting.get() <= limit / 2) {
            paused = false;
            link.resumeReads(Link.Pause.INBOX);
        }
    }
}
