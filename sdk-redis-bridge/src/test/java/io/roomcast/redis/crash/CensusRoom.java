package io.roomcast.redis.crash;

import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A room without history that knows the peers of all nodes, as an application would: each node tells the others its own whenever they change.
 * Its fields belong to the room's callbacks.
 */
final class CensusRoom implements RoomHandler {

    /** Asks for the ids of all peers: a node another, a peer its node. */
    static final String WHO = "who";

    private static final String PEERS = "peers";
    private static final String BETWEEN = " ";

    private final Map<String, List<String>> elsewhere = new HashMap<>();

    @Override
    public void onOpen(Room room) {
        room.tellNodes(Message.of(WHO));
    }

    @Override
    public void onJoin(Room room, Peer peer) {
        tell(room);
    }

    @Override
    public void onMovedIn(Room room, Peer peer) {
        tell(room);
    }

    @Override
    public void onLeave(Room room, Peer peer, LeaveReason reason) {
        tell(room);
    }

    @Override
    public void onMovedOut(Room room, Peer peer) {
        tell(room);
    }

    @Override
    public void onClose(Room room) {
        elsewhere.clear();
    }

    @Override
    public void onNodeLost(Room room, String nodeId) {
        elsewhere.remove(nodeId);
    }

    @Override
    public void onNodeMessage(Room room, String nodeId, Message message) {
        if (message.event().equals(PEERS)) {
            elsewhere.put(nodeId, List.of(message.text().split(BETWEEN)));
        } else {
            room.tellNode(nodeId, peers(room));
        }
    }

    @Override
    public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
        if (request.event().equals(WHO)) {
            TreeSet<String> all = new TreeSet<>(ids(room));
            elsewhere.values().forEach(all::addAll);
            all.remove("");
            return CompletableFuture.completedFuture(Message.of(WHO, String.join(BETWEEN, all)));
        }
        return NodeProgram.answer(
                room.broadcast(NodeProgram.ENTRY, request.text()).send().published());
    }

    private static void tell(Room room) {
        room.tellNodes(peers(room));
    }

    private static Message peers(Room room) {
        return Message.of(PEERS, String.join(BETWEEN, ids(room)));
    }

    private static List<String> ids(Room room) {
        return room.localPeers().stream().map(Peer::id).toList();
    }
}
