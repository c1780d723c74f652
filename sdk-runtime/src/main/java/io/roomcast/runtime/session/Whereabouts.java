package io.roomcast.runtime.session;

import static java.util.Objects.requireNonNull;

import io.roomcast.runtime.transport.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Which loop has a session, and to which one goes what is for it. They differ while the session changes its loop: from {@link #setOut},
 * when {@code target} changes, until the old loop has done what it was given before, {@code here} is still the old loop; it alone
 * touches the session then, and the new one keeps what it is given in a {@link Transit}.
 *
 * <p>The monitor of this object makes handing something over one step with the look at where to; it is taken after the locks of rooms.
 */
final class Whereabouts {

    /** Where what is for the session is handed. Guarded by this when it matters that it stays so. */
    private volatile EventLoop target;
    /** What waits on the way there. Guarded by this. */
    private @Nullable Transit transit;
    /** The loop that has the session; null on the way between two. */
    private volatile @Nullable EventLoop here;

    private Whereabouts(EventLoop target, @Nullable EventLoop here) {
        this.target = target;
        this.here = here;
    }

    /** Returns those of a session that is on a loop. */
    static Whereabouts on(EventLoop loop) {
        return new Whereabouts(loop, loop);
    }

    /** Returns those of a session that comes from another node. */
    static Whereabouts onTheWayTo(EventLoop loop) {
        return new Whereabouts(loop, null);
    }

    /** Hands a task to the session's loop, behind what the same thread handed over before. From any thread. */
    synchronized void execute(Runnable task) {
        Transit way = transit;
        target.execute(way == null ? task : () -> way.run(task));
    }

    /**
     * Does the task now if it would be the next anyway, else hands it over: it overtakes nothing that was handed over before. From any
     * thread.
     */
    void executeInOrder(Runnable task) {
        if (isNext()) {
            task.run();
        } else {
            execute(task);
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private synchronized boolean isNext() {
        return transit == null && target == here && target.inLoop() && target.isIdle();
    }

    /** Does the task now if the caller is on the session's loop, and the session too, else hands it over. From any thread. */
    void executeHereOr(Runnable task) {
        if (isHere()) {
            task.run();
        } else {
            execute(task);
        }
    }

    /** Returns whether the caller is on the session's loop, and the session too. */
    boolean isHere() {
        EventLoop at = here;
        return at != null && at.inLoop();
    }

    /** Returns the loop that has the session. On that loop. */
    EventLoop loop() {
        return requireNonNull(here, "the session is on its way to another loop");
    }

    /** Returns the loop to which tasks for the session go. From any thread. */
    EventLoop target() {
        return target;
    }

    /** Returns whether it has set out for another loop and is not there yet. On its loop. */
    boolean isLeaving() {
        return target != here;
    }

    /**
     * Sets out for another loop: what is handed over from now on goes there. On the loop that has the session.
     *
     * @param left called there when everything is done that was handed over before
     */
    synchronized void setOut(EventLoop to, Transit way, Runnable left) {
        target = to;
        transit = way;
        loop().execute(left);
    }

    /** The old loop has nothing more to do with the session. There. */
    void left() {
        here = null;
    }

    /** The loop to which the session was on its way has it. There. */
    void here() {
        here = target;
    }

    /** What is for the session waits from now on until it has come. */
    synchronized void expect(Transit way) {
        transit = way;
    }

    /** What waited has been done, or is about to be before anything else. On the new loop. */
    synchronized void arrived() {
        transit = null;
    }
}
