package io.roomcast.testkit.socket;

import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Moved;
import io.roomcast.runtime.wire.proto.Route;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rooms that a peer is in. They are few: one is found by looking at all of them. Belongs to the peer's thread. */
final class Seats implements Iterable<Seat> {

    private final List<Seat> seats = new ArrayList<>(1);

    /** Returns the one in a room, null if there is none. */
    @Nullable
    Seat in(String room) {
        for (Seat seat : seats) {
            if (seat.room.equals(room)) {
                return seat;
            }
        }
        return null;
    }

    /** Returns the name of a room by its number, empty for 0, which stands for none. */
    String name(int number) throws Encoding.MalformedException {
        return number == 0 ? "" : numbered(number).room;
    }

    /** The peer is in a room. Returns the room's name. */
    String joined(Joined joined) {
        Seat seat = in(joined.getRoom());
        if (seat == null) {
            seat = new Seat(joined.getRoom().intern());
            seats.add(seat);
        }
        seat.begin(joined.getNumber(), joined.getRoutesList());
        return seat.room;
    }

    /** A room goes by other numbers, those of another node. */
    void moved(Moved moved) {
        Seat seat = in(moved.getRoom());
        if (seat != null) {
            seat.begin(moved.getNumber(), moved.getRoutesList());
        }
    }

    void define(Route route) throws Encoding.MalformedException {
        numbered(route.getRoom()).define(route);
    }

    /** The peer is in a room no more. Returns the room's name. */
    String left(int number, Encoding encoding) throws Encoding.MalformedException {
        Seat seat = numbered(number);
        seats.remove(seat);
        encoding.left(number);
        return seat.room;
    }

    /** The peer is in no room any more. */
    void leaveAll(Encoding encoding) {
        seats.forEach(seat -> encoding.left(seat.number()));
        seats.clear();
    }

    @Override
    public Iterator<Seat> iterator() {
        return seats.iterator();
    }

    private Seat numbered(int number) throws Encoding.MalformedException {
        for (Seat seat : seats) {
            if (seat.number() == number) {
                return seat;
            }
        }
        throw new Encoding.MalformedException("a frame is about room number " + number + ", which was never told");
    }
}
