package io.roomcast.runtime.session;

import io.roomcast.Message;
import org.jspecify.annotations.Nullable;

/**
 * One request of a peer, from its arrival to its only end: an answer, a refusal, or nobody waiting any more.
 *
 * <p>{@link #answer}, {@link #refuse}, {@link #isOpen} and {@link #peer} may be called from any thread, the first two more than
 * once: the first that gets to the peer's loop counts. The others belong to the loop.
 */
public final class PeerRequest {

    private final Session peer;
    private final int id;
    private volatile boolean open = true;
    private final long deadlineNanos;
    private @Nullable Runnable abandoned;

    PeerRequest(Session peer, int id, long deadlineNanos) {
        this.peer = peer;
        this.id = id;
        this.deadlineNanos = deadlineNanos;
    }

    public Session peer() {
        return peer;
    }

    /** Returns whether the peer still waits. */
    public boolean isOpen() {
        return open;
    }

    /** Answers it. The message must have passed {@link SessionRegistry#checkSize}. */
    public void answer(Message answer) {
        peer.executeInOrder(() -> peer.requestsOfPeer().answer(this, answer));
    }

    /** Says that there is no answer. */
    public void refuse(int code, String reason) {
        peer.executeInOrder(() -> peer.requestsOfPeer().refuse(this, code, reason));
    }

    /** Runs something when the peer does not wait any more without having been answered, at once if that is so already. */
    public void whenAbandoned(Runnable action) {
        peer.execute(() -> {
            if (open) {
                abandoned = action;
            } else {
                action.run();
            }
        });
    }

    int id() {
        return id;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    void end() {
        open = false;
    }

    /** After {@link #end}, when it got no answer. */
    void tellAbandoned() {
        Runnable action = abandoned;
        abandoned = null;
        if (action != null) {
            action.run();
        }
    }
}
