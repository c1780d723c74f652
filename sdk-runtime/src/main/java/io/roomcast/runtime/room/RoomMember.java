package io.roomcast.runtime.room;

import io.roomcast.HistoryPosition;
import io.roomcast.Refusal;
import io.roomcast.SendOutcome;
import io.roomcast.runtime.session.Membership;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.RecoveryPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final @Nullable RecoveryPoint recover;
    private volatile boolean active;
    /** Whether its admission was handed to its session's loop. Guarded by the room's lock. */
    private boolean admitted;
    /** Whether it will not be admitted any more. Guarded by the room's lock. */
    private boolean cancelled;

    /** The loop among whose members it is. */
    private @Nullable EventLoop attachedTo;
    /** Its place in its {@link LoopMembers}, which keeps it up to date. */
    int place = -1;
    /** The place in the room's history up to which the client counts. */
    long offset;
    /** Who it was in the session before, empty if it did not say: what was kept from that stays away from it. Confined to its loop. */
    private String before;
    /** How many pages of the room's history are being read for it. */
    int openReads;
    /** There while what it has missed is read. */
    private @Nullable Recovery recovery;
    /** From where on it collects the room's history when it comes from another node. Written with the room's lock, before that is told. */
    private @Nullable HistoryPosition collectsFrom;

    /** What it had already, by origin, when it came from another node; null if it came from none. */
    private @Nullable Map<String, Stamp> had;
    /** The same for as long as some of it may still arrive here. */
    private @Nullable Map<String, Stamp> leftOut;

    private @Nullable List<CompletableFuture<Optional<Refusal>>> waiting;

    RoomMember(LocalRoom room, Session session, boolean asked, int ref, @Nullable RecoveryPoint recover) {
        this.room = room;
        this.session = session;
        this.asked = asked;
        this.ref = ref;
        this.recover = recover;
        this.before = recover == null ? "" : recover.peer();
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

    /** It will not be a member after all. With the room's lock. */
    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
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

    /** It had the broadcasts up to these on another node. */
    void cameWith(Map<String, Stamp> reached) {
        had = reached;
        leftOut = reached;
    }

    /** Nothing that it had elsewhere arrives here any more. */
    void leaveOutNoMore() {
        leftOut = null;
    }

    /** Returns whether something that arrives here may be what it had elsewhere. */
    boolean leavesOut() {
        return leftOut != null;
    }

    /** Returns whether it had a broadcast before it came from another node. */
    boolean hasHad(@Nullable Stamp stamp) {
        Map<String, Stamp> known = leftOut;
        if (known == null || stamp == null) {
            return false;
        }
        Stamp last = known.get(stamp.origin());
        return last != null && stamp.isUpTo(last);
    }

    /** Returns what it has had when it goes on to another node, from where the room's loops are now. */
    Map<String, Stamp> goesWith(Map<String, Stamp> reached) {
        Map<String, Stamp> all = new HashMap<>(had == null ? Map.of() : had);
        reached.values().forEach(stamp -> all.merge(stamp.origin(), stamp, Stamp::later));
        return all;
    }

    /** It comes from another node and collects the room's history behind this place. With the room's lock. */
    void collectsFrom(@Nullable HistoryPosition position) {
        collectsFrom = position;
    }

    @Nullable
    HistoryPosition collectsFrom() {
        return collectsFrom;
    }

    /** Returns what the client said it has of the room's history, null if it did not come back. */
    @Nullable
    RecoveryPoint recover() {
        return recover;
    }

    /** Returns whether it gets a message that is for the whole room, with exceptions: as who it is and as who it was. */
    boolean isFor(Addressing addressing) {
        return !addressing.except().contains(session.id())
                && (before.isEmpty() || !addressing.except().contains(before));
    }

    String before() {
        return before;
    }

    /** It came from another node, where it had said who it was before. */
    void before(String peerId) {
        before = peerId;
    }

    /** What is sent to it is kept from now on, until what it has missed was read. */
    void recovering(Recovery untilRead) {
        recovery = untilRead;
    }

    boolean isRecovering() {
        return recovery != null;
    }

    void recovered() {
        recovery = null;
    }

    /** What it has missed is not waited for any more. On its loop. */
    void stopRecovering() {
        if (recovery != null) {
            recovery.read(null);
        }
    }

    /** Gets something that is sent in the room, now or when it has recovered. On its loop. */
    SendOutcome take(LoopMembers.Offer offer, int bytes) {
        if (recovery == null) {
            return offer.to(this);
        }
        recovery.hold(offer, bytes);
        return SendOutcome.QUEUED;
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
