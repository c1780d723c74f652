package io.roomcast.runtime.room;

import io.roomcast.ErrorCode;
import io.roomcast.Message;
import io.roomcast.runtime.session.Session;

/** A member's message. What the handler throws is told to the sender and harms nobody. */
final class MessageFromPeer extends FromPeer {

    MessageFromPeer(LocalRoom room, Session session, Message message) {
        super(room, session, message);
    }

    @Override
    void handle() {
        try {
            room.handler().onMessage(room.view(), session, message);
        } catch (RuntimeException | Error failure) {
            room.telemetry().handlerFailed("onMessage of room " + room.name(), failure);
            session.execute(() -> session.error(ErrorCode.HANDLER_FAILED, "the room's handler failed", 0, room.name()));
        }
    }
}
