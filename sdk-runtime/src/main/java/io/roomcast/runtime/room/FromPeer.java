package io.roomcast.runtime.room;

import io.roomcast.Message;
import io.roomcast.runtime.session.Session;

/** Something that a member sent, on its way through the room's mailbox to the handler. */
abstract class FromPeer implements Runnable {

    final LocalRoom room;
    final Session session;
    final Message message;

    FromPeer(LocalRoom room, Session session, Message message) {
        this.room = room;
        this.session = session;
        this.message = message;
    }

    /** In the mailbox. */
    abstract void handle();

    @Override
    public final void run() {
        try {
            handle();
        } finally {
            session.inbox().handled();
        }
    }
}
