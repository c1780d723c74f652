package io.roomcast.runtime.room;

import io.roomcast.runtime.transport.EventLoop;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Runs the mailboxes of non-blocking rooms: at once when the caller is on an IO thread, else on the room's home loop. When a
 * mailbox asks again to be run because its turn was over, that happens on the home loop too, after what waits there.
 */
final class LoopExecutor implements Executor {

    /** Whether this thread is inside some mailbox: a second one then waits its turn instead of running nested in the first. */
    private static final ThreadLocal<Boolean> INSIDE = ThreadLocal.withInitial(() -> false);

    private final List<EventLoop> loops;
    private final EventLoop home;

    LoopExecutor(List<EventLoop> loops, EventLoop home) {
        this.loops = loops;
        this.home = home;
    }

    @Override
    public void execute(Runnable mailbox) {
        if (INSIDE.get() || !onLoop()) {
            home.execute(() -> run(mailbox));
        } else {
            run(mailbox);
        }
    }

    private void run(Runnable mailbox) {
        INSIDE.set(true);
        try {
            mailbox.run();
        } finally {
            INSIDE.set(false);
        }
    }

    private boolean onLoop() {
        for (EventLoop loop : loops) {
            if (loop.inLoop()) {
                return true;
            }
        }
        return false;
    }
}
