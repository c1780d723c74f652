package io.roomcast.runtime.room;

import io.roomcast.Broadcast;
import io.roomcast.HistoryPage;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import io.roomcast.Room;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The room as applications see it: a name and the way to whatever stands behind it at the moment. Safe to use from any thread:
 * two that ask for the parameters at once both read them from the name.
 */
final class RoomView implements Room {

    private final Rooms rooms;
    private final RoomKinds.Named named;
    /** Null until somebody asks; immutable. */
    private volatile @Nullable Map<String, String> parameters;

    RoomView(Rooms rooms, RoomKinds.Named named) {
        this.rooms = rooms;
        this.named = named;
    }

    @Override
    public String name() {
        return named.name();
    }

    @Override
    public Map<String, String> parameters() {
        Map<String, String> known = parameters;
        if (known == null) {
            known = named.parameters();
            parameters = known;
        }
        return known;
    }

    @Override
    public Broadcast broadcast(Message message) {
        return new PendingBroadcast(rooms, named, message);
    }

    @Override
    public Receipt tellNodes(Message message) {
        return rooms.uplink().tellNodes(named.name(), null, message);
    }

    @Override
    public Receipt tellNode(String nodeId, Message message) {
        return rooms.uplink().tellNodes(named.name(), nodeId, message);
    }

    @Override
    public CompletionStage<Message> request(String peerId, Message message, Duration timeout) {
        return rooms.requests().request(named.name(), peerId, message, timeout);
    }

    @Override
    public CompletionStage<HistoryPage> history(int limit) {
        return rooms.historyReads().newest(named, limit);
    }

    @Override
    public CompletionStage<HistoryPage> history(long after, int limit) {
        return rooms.historyReads().after(named, after, limit);
    }

    @Override
    public Collection<Peer> localPeers() {
        return rooms.localPeers(named.name());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RoomView that && rooms == that.rooms && name().equals(that.name());
    }

    @Override
    public int hashCode() {
        return name().hashCode();
    }

    @Override
    public String toString() {
        return "Room[" + name() + "]";
    }
}
