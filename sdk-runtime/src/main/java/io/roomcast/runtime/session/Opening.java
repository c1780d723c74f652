package io.roomcast.runtime.session;

import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.Handshake;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What a link needs until its client is welcomed, and forgets then: the handshake, the hello timeout, and frames that the
 * client sent without waiting for the welcome. Confined to the link's loop.
 */
final class Opening {

    /** How many frames may follow the hello before it is answered. */
    static final int MAX_DEFERRED = 64;

    private final Handshake handshake;
    private final EventLoop.Timer timeout;
    private @Nullable Queue<Runnable> deferred;

    Opening(Handshake handshake, EventLoop.Timer timeout) {
        this.handshake = handshake;
        this.timeout = timeout;
    }

    Handshake handshake() {
        return handshake;
    }

    /**
     * Keeps a frame, whose payload must not belong to the transport any more.
     *
     * @return false if there are too many
     */
    boolean defer(Runnable frame) {
        if (deferred == null) {
            deferred = new ArrayDeque<>();
        }
        if (deferred.size() == MAX_DEFERRED) {
            return false;
        }
        deferred.add(frame);
        return true;
    }

    void replay() {
        while (deferred != null && !deferred.isEmpty()) {
            deferred.remove().run();
        }
    }

    void stop() {
        timeout.cancel();
    }
}
