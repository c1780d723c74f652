package io.roomcast.testkit.load;

import java.util.ArrayList;
import java.util.List;

/** Who is in a room, as far as the peers of this process were told. Belongs to the run's thread. */
final class RoomView {

    final String name;
    private final List<LoadPeer> members = new ArrayList<>();
    /** How many have left it, ever. */
    long departures;

    RoomView(String name) {
        // The same string as the socket's: it is compared with every message.
        this.name = name.intern();
    }

    int size() {
        return members.size();
    }

    LoadPeer member(int index) {
        return members.get(index);
    }

    /** Lets a peer in, and returns where it stands. */
    int enter(LoadPeer peer) {
        members.add(peer);
        return members.size() - 1;
    }

    /** Lets a peer out. */
    void leave(LoadPeer peer, int place) {
        LoadPeer last = members.remove(members.size() - 1);
        if (last != peer) {
            members.set(place, last);
            last.places().moved(this, place);
        }
        departures++;
    }
}
