package io.roomcast.runtime.session;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a session on the loop it is going to, before it has got there. Confined to that loop.
 *
 * <p>From one moment on, everything for the session is handed to the new loop (see {@link Session#execute} and
 * {@link RoomGate#switchLoop}); what was handed to the old one before is done there first, and then the session itself is handed
 * over. What the new loop gets meanwhile waits here, in its order.
 */
public final class Transit {

    private static final int MOST_BROADCASTS = 8192;

    private @Nullable Queue<Runnable> waiting = new ArrayDeque<>();
    private final List<Membership> memberships;
    private int broadcasts;
    private boolean overflown;

    /** @param memberships those whose broadcasts come here */
    public Transit(List<Membership> memberships) {
        this.memberships = List.copyOf(memberships);
    }

    /** Returns the memberships whose broadcasts come here. From any thread. */
    public List<Membership> memberships() {
        return memberships;
    }

    /** Does something to the session, as soon as it is here. */
    public void run(Runnable task) {
        if (waiting == null) {
            task.run();
        } else {
            waiting.add(task);
        }
    }

    /** Gives the session a broadcast as soon as it is here. */
    public void broadcast(Runnable delivery) {
        if (waiting == null) {
            delivery.run();
        } else if (broadcasts == MOST_BROADCASTS) {
            overflown = true;
        } else {
            broadcasts++;
            waiting.add(delivery);
        }
    }

    /** Returns whether more broadcasts came than are kept. */
    boolean isOverflown() {
        return overflown;
    }

    /** The session is here. */
    void arrived() {
        Queue<Runnable> held = waiting;
        waiting = null;
        while (held != null && !held.isEmpty()) {
            held.remove().run();
        }
    }
}
