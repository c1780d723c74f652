package io.roomcast.snippets;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;

final class ChatRoom implements RoomHandler {

    @Override
    public void onJoin(Room room, Peer peer) {
        room.broadcast("joined", peer.id()).except(peer).send();
    }

    @Override
    public void onMessage(Room room, Peer peer, Message message) {
        room.broadcast(message).from(peer).except(peer).send();
    }
}
