package io.roomcast.testkit.oracle;

import io.roomcast.Message;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Is told what handlers are given and what they broadcast. Called on the threads of handlers. */
public interface Watcher {

    /** Whether a broadcast goes into its room's history. */
    enum History {
        NOT,
        /** It does, unless one with the same messageId was there before. */
        PERHAPS,
        YES
    }

    /** A handler is about to be given a message or request. */
    void handled(int node, String room, Message message);

    /**
     * A handler is about to send a broadcast.
     *
     * @param except the ids of who does not get it
     * @param only the ids of who gets it; null = everybody
     * @param certain whether it is reliable and not held by a policy
     * @param history whether it goes into the room's history
     */
    void broadcast(
            int node,
            String room,
            Message message,
            Collection<String> except,
            @Nullable Collection<String> only,
            boolean certain,
            History history);

    /** A broadcast of which it was told was refused, as a whole or for some nodes. Perhaps later, on any thread of the node. */
    void refused(int node, String room, Message message);
}
