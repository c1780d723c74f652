package io.roomcast.testkit;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;

/** Hands on what a peer says to the others of its room, or to the one it is addressed to. */
public final class Relay implements RoomHandler {

    @Override
    public void onMessage(Room room, Peer peer, Message message) {
        if (message.event().equals("fail")) {
            throw new IllegalStateException("as the test wants");
        }
        if (message.to().isPresent()) {
            room.broadcast(message).toPeers(message.to().get()).from(peer).send();
        } else {
            room.broadcast(message).except(peer).from(peer).send();
        }
    }
}
