package io.roomcast.runtime.session;

import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Refusal;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.RecoveryPoint;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What peers ask of rooms. The floor above implements it. Every call comes on the session's loop, except
 * {@link #join(Session, String)}, which may come from any thread.
 */
public interface RoomGate {

    /**
     * A client asks to join. Answered with {@code joined} or an error, later.
     *
     * @param recover what it has of the room's history, null if it does not come back
     */
    void joinRequested(Session session, String room, int ref, Message request, @Nullable RecoveryPoint recover);

    /**
     * A client asks for a page of the history of a room that it names by number or by name. Answered with a page or an error, now or
     * later. The rest is as in {@link io.roomcast.runtime.wire.ClientFrames#history}.
     */
    void historyRequested(
            Session session, int number, @Nullable String name, int ref, String epoch, long after, int limit);

    /** A client asks to leave a room it names by number or by name. */
    void leaveRequested(Session session, int number, @Nullable String name, int ref);

    /** A client sends a message into a room that it names by number or by name. */
    void messageArrived(
            Session session, int number, @Nullable String name, String event, @Nullable String to, ByteBuffer payload);

    /** A client sends a message on a route. */
    void dataArrived(Session session, int route, ByteBuffer payload);

    /** A client asks something in a room that it names by number or by name. The request is answered, now or later. */
    void requestArrived(PeerRequest request, int number, @Nullable String name, String event, ByteBuffer payload);

    /** The application puts a peer into a room. */
    CompletionStage<Optional<Refusal>> join(Session session, String room);

    /** The application takes a peer out of a room; returns whether it was in. */
    boolean leave(Session session, String room, String reason);

    /** The session has ended: its memberships end. */
    void closed(Session session, LeaveReason reason);

    /**
     * A session sets out for another loop, which collects its rooms' broadcasts from now on. On its old loop. At one moment, for
     * all rooms, {@link Session#setOut} is called.
     *
     * @param left what is done on the old loop when everything has been done there that was handed over before
     */
    void switchLoop(Session session, EventLoop to, Consumer<Transit> left);

    /** The session, whose fields nobody has for the moment, gets no more broadcasts on its old loop. There. */
    void leftLoop(Session session);

    /** The session gets its rooms' broadcasts on its new loop from now on. There. */
    void enteredLoop(Session session, Transit way);
}
