package io.roomcast.runtime.session;

import io.roomcast.runtime.outbound.BacklogListener;

/** Hears what becomes of the queue of a session that has no connection. On the session's loop. */
record ParkedBacklog(Session session, SessionRegistry registry) implements BacklogListener {

    @Override
    public void onSlow(int waitingBytes) {
        registry.telemetry().peerSlow(session.id(), waitingBytes);
    }

    @Override
    public void onDrained() {
        // Nothing leaves.
    }

    @Override
    public void onOverflow() {
        session.giveUp(registry.tooSlowReason());
    }
}
