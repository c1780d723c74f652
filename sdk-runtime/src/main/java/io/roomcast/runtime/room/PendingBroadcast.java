package io.roomcast.runtime.room;

import io.roomcast.AcknowledgedBroadcast;
import io.roomcast.Broadcast;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import java.nio.charset.StandardCharsets;
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
    private final RoomKinds.Named room;
    private final Message message;
    private Set<String> except = Set.of();
    private @Nullable Set<String> only;
    private @Nullable String from;
    private boolean droppable;
    private @Nullable String key;
    private boolean latest;
    private @Nullable String messageId;
    private boolean sent;

    PendingBroadcast(Rooms rooms, RoomKinds.Named room, Message message) {
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
        int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_MESSAGE_ID_BYTES) {
            throw new IllegalArgumentException(
                    "messageId has " + bytes + " UTF-8 bytes, expected 1 to " + MAX_MESSAGE_ID_BYTES);
        }
        messageId = id;
        return this;
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
        if (messageId != null) {
            throw new IllegalStateException(
                    "it has a messageId, expected none: an acknowledged broadcast goes into no history");
        }
        rooms.sessions().checkTimeout(timeout);
        Addressing addressing = finished();
        return new PendingAcknowledged(() -> rooms.requests().broadcast(room.name(), message, addressing, timeout));
    }

    @Override
    public Receipt send() {
        Addressing addressing = finished();
        if (messageId != null && room.kind().retentionOf(message, addressing) == null) {
            throw new IllegalStateException(
                    "it has a messageId and goes into no history, expected a room with one, and a"
                            + " broadcast that is reliable, for the whole room, and of an event without a policy");
        }
        return rooms.broadcast(room, message, addressing, messageId);
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
