package io.roomcast.runtime.room;

import io.roomcast.Message;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.session.Session;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the loops of a node share of one acknowledged broadcast. Safe to use from any thread. */
final class Asking {

    /** The most payload that is kept of all answers together. */
    static final int MOST_ANSWER_BYTES = 8 << 20;

    private final LocalRoom room;
    private final Message message;
    private final int id;
    private final int timeoutMillis;
    private final Telemetry telemetry;
    private final EncodedMessage encoded;
    private final AtomicInteger answerBytes = new AtomicInteger();

    Asking(LocalRoom room, Message message, @Nullable String from, int id, int timeoutMillis, Telemetry telemetry) {
        this.room = room;
        this.message = message;
        this.id = id;
        this.timeoutMillis = timeoutMillis;
        this.telemetry = telemetry;
        this.encoded = new EncodedMessage(format -> format.request(room.key(), from, id, timeoutMillis, message));
    }

    /** Returns the peer's membership of the room that is asked, null if it is not in it. On the peer's loop. */
    @Nullable
    RoomMember memberOf(Session peer) {
        return room.memberOf(peer);
    }

    String room() {
        return room.name();
    }

    Message message() {
        return message;
    }

    int id() {
        return id;
    }

    int timeoutMillis() {
        return timeoutMillis;
    }

    Telemetry telemetry() {
        return telemetry;
    }

    EncodedMessage encoded() {
        return encoded;
    }

    /** Takes room for an answer; returns false if there is not enough left. */
    boolean keep(int bytes) {
        if (answerBytes.addAndGet(bytes) > MOST_ANSWER_BYTES) {
            answerBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }
}
