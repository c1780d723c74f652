package io.roomcast.runtime.room;

import io.roomcast.runtime.mailbox.InlineExecutor;
import io.roomcast.runtime.transport.EventLoop;
import java.util.List;

/**
 * Runs the mailboxes of non-blocking rooms: at once when the caller is on an IO thread, else on the room's home loop. When a
 * mailbox asks again to be run because its turn was over, that happens on the home loop too, after what waits there.
 */
final class LoopExecutor implements InlineExecutor {

    private static final ThreadLocal<Whether> HERE = ThreadLocal.withInitial(Whether::new);

    private final List<EventLoop> loops;
    private final EventLoop home;

    /** What is known of a thread. A field of its own object, since setting a thread's value anew costs more for each message. */
    private static final class Whether {
        /** Whether it is inside some mailbox: a second one then waits its turn instead of running nested in the first. */
        private boolean inside;
    }

    LoopExecutor(List<EventLoop> loops, EventLoop home) {
        this.loops = loops;
        this.home = home;
    }

    @Override
    public boolean tryEnter() {
        Whether here = HERE.get();
        if (here.inside || !onLoop()) {
            return false;
        }
        here.inside = true;
        return true;
    }

    @Override
    public void exit() {
        HERE.get().inside = false;
    }

    @Override
    public void execute(Runnable mailbox) {
        if (tryEnter()) {
            runAndExit(mailbox);
        } else {
            home.execute(() -> {
                HERE.get().inside = true;
                runAndExit(mailbox);
            });
        }
    }

    private void runAndExit(Runnable mailbox) {
        try {
            mailbox.run();
        } finally {
            exit();
        }
    }

    private boolean onLoop() {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i).inLoop()) {
                return true;
            }
        }
        return false;
    }
}
