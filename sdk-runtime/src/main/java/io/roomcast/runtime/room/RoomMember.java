package io.roomcast.runtime.room;

import io.roomcast.Refusal;
import io.roomcast.runtime.session.Membership;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.transport.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One session in one room, from the request to join until it is out. Confined to the session's loop, except for the final
 * fields and {@code active}.
 */
final class RoomMember implements Membership {

    private final LocalRoom room;
    private final Session session;
    private final boolean asked;
    private final int ref;
    private volatile boolean active;
    /** Whether its admission was handed to its session's loop. Guarded by the room's lock. */
    private boolean admitted;

    /** The loop among whose members it is. */
    private @Nullable EventLoop attachedTo;
    /** Its place in its {@link LoopMembers}, which keeps it up to date. */
    int place = -1;

    private @Nullable List<CompletableFuture<Optional<Refusal>>> waiting;

    RoomMember(LocalRoom room, Session session, boolean asked, int ref) {
        this.room = room;
        this.session = session;
        this.asked = asked;
        this.ref = ref;
    }

    LocalRoom room() {
        return room;
    }

    Session session() {
        return session;
    }

    /** Returns whether the client asked to join. */
    boolean isAsked() {
        return asked;
    }

    /** Returns the reference of the client's request, 0 if there is none. */
    int ref() {
        return ref;
    }

    /** Its admission is being handed to its session's loop. With the room's lock. */
    void admitted() {
        admitted = true;
    }

    /** Returns whether it was admitted, and is a member of a loop or about to be. With the room's lock. */
    boolean isAdmitted() {
        return admitted;
    }

    /** It is among the members of this loop. */
    void attachTo(EventLoop loop) {
        attachedTo = loop;
    }

    /** Returns the loop among whose members it is, null for none. */
    @Nullable
    EventLoop attachedTo() {
        return attachedTo;
    }

    void detached() {
        attachedTo = null;
    }

    void activate() {
        active = true;
        settle(Optional.empty());
    }

    void deactivate() {
        active = false;
    }

    /** Completes the future when the peer is in the room or was refused. */
    void whenSettled(CompletableFuture<Optional<Refusal>> future) {
        if (active) {
            future.complete(Optional.empty());
            return;
        }
        if (waiting == null) {
            waiting = new ArrayList<>(1);
        }
        waiting.add(future);
    }

    void settle(Optional<Refusal> outcome) {
        List<CompletableFuture<Optional<Refusal>>> futures = waiting;
        waiting = null;
        if (futures != null) {
            futures.forEach(future -> future.complete(outcome));
        }
    }

    @Override
    public String roomName() {
        return room.name();
    }

    @Override
    public int roomNumber() {
        return room.key().number();
    }

    @Override
    public boolean isActive() {
        return active;
    }
}
