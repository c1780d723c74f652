package io.roomcast.runtime.session;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Counts the messages of one peer that wait for room handlers and stops reading from the peer while they are too many.
 *
 * <p>{@link #entered} and everything about pausing happen on the peer's loop; {@link #handled} comes from whatever thread runs
 * the handler and touches only the counter, then asks the loop to look again.
 */
public final class Inbox {

    private static final AtomicIntegerFieldUpdater<Inbox> WAITING =
            AtomicIntegerFieldUpdater.newUpdater(Inbox.class, "waiting");

    private final Session session;
    private volatile int waiting;
    /** Written on the loop only; read by handler threads to spare the loop a task for every message. */
    private volatile boolean paused;

    private boolean waitsForMailbox;

    Inbox(Session session) {
        this.session = session;
    }

    /** The peer has another connection, which is read from only as the one before was. On the loop. */
    void bind(Link link) {
        if (paused) {
            link.pauseReads(Link.Pause.INBOX);
        }
        if (waitsForMailbox) {
            link.pauseReads(Link.Pause.MAILBOX);
        }
    }

    /** A message was put into a mailbox. On the loop. */
    public void entered() {
        if (WAITING.incrementAndGet(this) >= limit() && !paused) {
            tellUnlessPaused();
            paused = true;
            pause(Link.Pause.INBOX);
            // The handlers may have caught up between the count and the flag, when they saw no need to wake us.
            lookAgain();
        }
    }

    /** A message was handled. From any thread. */
    public void handled() {
        int left = WAITING.decrementAndGet(this);
        if (paused && left <= limit() / 2) {
            session.execute(this::lookAgain);
        }
    }

    /** Stops reading until {@link #mailboxHasRoom()}. On the loop. */
    public void mailboxFull() {
        tellUnlessPaused();
        waitsForMailbox = true;
        pause(Link.Pause.MAILBOX);
    }

    /** Undoes {@link #mailboxFull()}. From any thread. */
    public void mailboxHasRoom() {
        session.execute(() -> {
            waitsForMailbox = false;
            resume(Link.Pause.MAILBOX);
        });
    }

    private void lookAgain() {
        if (paused && waiting <= limit() / 2) {
            paused = false;
            resume(Link.Pause.INBOX);
        }
    }

    private int limit() {
        return session.limits().inboxMessagesPerPeer();
    }

    private void tellUnlessPaused() {
        if (!paused && !waitsForMailbox) {
            session.telemetry().readsPaused(session.id());
        }
    }

    private void pause(Link.Pause reason) {
        Link link = session.link();
        if (link != null) {
            link.pauseReads(reason);
        }
    }

    private void resume(Link.Pause reason) {
        Link link = session.link();
        if (link != null) {
            link.resumeReads(reason);
        }
    }
}
