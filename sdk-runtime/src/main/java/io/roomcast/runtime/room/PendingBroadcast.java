package io.roomcast.runtime.room;

import io.roomcast.AcknowledgedBroadcast;
import io.roomcast.Broadcast;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A broadcast that is being put together. Confined to the thread that does so. */
final class PendingBroadcast implements Broadcast {

    private static final int MAX_PEERS = 1000;

    private final Rooms rooms;
    private final String room;
    private final Message message;
    private Set<String> except = Set.of();
    private @Nullable Set<String> only;
    private @Nullable String from;
    private boolean droppable;
    private @Nullable String key;
    private boolean latest;
    private boolean sent;

    PendingBroadcast(Rooms rooms, String room, Message message) {
        this.rooms = rooms;
        this.room = room;
        this.message = message;
    }

    @Override
    public Broadcast except(Peer peer) {
        except = except.isEmpty() ? Set.of(peer.id()) : union("except", except, List.of(peer.id()));
        return this;
    }

    @Override
    public Broadcast except(Collection<String> peerIds) {
        except = union("except", except, peerIds);
        return this;
    }

    @Override
    public Broadcast toPeers(Collection<String> peerIds) {
        only = union("toPeers", only == null ? Set.of() : only, peerIds);
        return this;
    }

    @Override
    public Broadcast toPeers(String... peerIds) {
        return toPeers(List.of(peerIds));
    }

    @Override
    public Broadcast from(Peer peer) {
        from = peer.id();
        return this;
    }

    @Override
    public Broadcast volatileDelivery() {
        droppable = true;
        return this;
    }

    @Override
    public Broadcast key(String policyKey) {
        String fault = Keys.faultOf(policyKey);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
        key = policyKey;
        return this;
    }

    @Override
    public Broadcast latest(String policyKey) {
        key(policyKey);
        latest = true;
        return this;
    }

    @Override
    public Broadcast messageId(String id) {
        throw new IllegalStateException("room " + room + " has no history");
    }

    @Override
    public AcknowledgedBroadcast withAck(Duration timeout) {
        if (droppable) {
            throw new IllegalStateException("delivery is volatile, expected reliable: who misses it cannot answer it");
        }
        if (latest) {
            throw new IllegalStateException(
                    "delivery is latest, expected reliable: who gets a newer one cannot answer it");
        }
        rooms.sessions().checkTimeout(timeout);
        Addressing addressing = finished();
        return new PendingAcknowledged(() -> rooms.requests().broadcast(room, message, addressing, timeout));
    }

    @Override
    public Receipt send() {
        return rooms.broadcast(room, message, finished());
    }

    private Addressing finished() {
        if (sent) {
            throw new IllegalStateException("this broadcast was sent before, expected one send for each");
        }
        if (latest && droppable) {
            throw new IllegalStateException(
                    "this broadcast is both latest and volatileDelivery, expected one of them: the newest value is never left out");
        }
        sent = true;
        boolean plain = from == null && !droppable && only == null && except.isEmpty() && key == null;
        return plain ? Addressing.EVERYBODY : new Addressing(from, droppable, except, only, key, latest);
    }

    private static Set<String> union(String setting, Set<String> ids, Collection<String> more) {
        Set<String> all = new LinkedHashSet<>(ids);
        all.addAll(more);
        if (all.size() > MAX_PEERS) {
            throw new IllegalArgumentException(
                    setting + " names " + all.size() + " peers, expected at most " + MAX_PEERS);
        }
        return Collections.unmodifiableSet(all);
    }
}
