package io.roomcast.testkit.serve;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.testkit.scenario.Relay;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Does what scenarios expect of a handler, and nothing else: a message to a peer goes to that peer, any other to the room, and a request is answered with what it asked.
 * Has no state.
 */
public class RelayRoom implements RoomHandler {

    private final Relay relay;

    /** @param relay whether the sender of a broadcast gets it too */
    public RelayRoom(Relay relay) {
        this.relay = relay;
    }

    @Override
    public void onMessage(Room room, Peer peer, Message message) {
        if (message.to().isPresent()) {
            room.broadcast(message).toPeers(message.to().get()).from(peer).send();
        } else if (relay == Relay.OTHERS) {
            room.broadcast(message).except(peer).send();
        } else {
            room.broadcast(message).send();
        }
    }

    @Override
    public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
        return CompletableFuture.completedFuture(request);
    }
}
