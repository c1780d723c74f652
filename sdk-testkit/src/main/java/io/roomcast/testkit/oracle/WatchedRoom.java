package io.roomcast.testkit.oracle;

import io.roomcast.Broadcast;
import io.roomcast.HistoryPage;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import io.roomcast.Room;
import io.roomcast.RoomOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** A room that tells a watcher what is broadcast into it. */
final class WatchedRoom implements Room {

    private final Room room;
    private final Watcher watcher;
    private final int node;
    private final RoomOptions options;

    WatchedRoom(Room room, Watcher watcher, int node, RoomOptions options) {
        this.room = room;
        this.watcher = watcher;
        this.node = node;
        this.options = options;
    }

    @Override
    public Broadcast broadcast(Message message) {
        return new WatchedBroadcast(room.broadcast(message), room.name(), message, watcher, node, options);
    }

    @Override
    public String name() {
        return room.name();
    }

    @Override
    public Map<String, String> parameters() {
        return room.parameters();
    }

    @Override
    public Receipt tellNodes(Message message) {
        return room.tellNodes(message);
    }

    @Override
    public Receipt tellNode(String nodeId, Message message) {
        return room.tellNode(nodeId, message);
    }

    @Override
    public CompletionStage<Message> request(String peerId, Message message, Duration timeout) {
        return room.request(peerId, message, timeout);
    }

    @Override
    public CompletionStage<HistoryPage> history(int limit) {
        return room.history(limit);
    }

    @Override
    public CompletionStage<HistoryPage> history(long after, int limit) {
        return room.history(after, limit);
    }

    @Override
    public Collection<Peer> localPeers() {
        return room.localPeers();
    }

    @Override
    public String toString() {
        return room.toString();
    }
}
