package io.roomcast.testkit;

import io.roomcast.HistoryPosition;
import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Position;
import io.roomcast.runtime.wire.proto.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A client's place in the histories of its rooms, counted as docs/protocol.md says. By room, since another node gives the room another number. */
final class HistoryCount {

    private final Map<String, HistoryPosition> places = new HashMap<>();
    private final Map<String, List<Long>> offsets = new HashMap<>();
    private final Set<Integer> historyRoutes = new HashSet<>();
    private final Set<String> unrecoverable = new HashSet<>();

    void joined(Joined joined) {
        String room = joined.getRoom();
        places.remove(room);
        offsets.put(room, new ArrayList<>());
        unrecoverable.remove(room);
        if (!joined.getEpoch().isEmpty()) {
            places.put(room, new HistoryPosition(joined.getEpoch(), joined.getOffset()));
        }
        if (joined.getUnrecoverable()) {
            unrecoverable.add(room);
        }
        joined.getRoutesList().forEach(this::defined);
    }

    void defined(Route route) {
        if (route.getHistory()) {
            historyRoutes.add(route.getRoute());
        } else {
            historyRoutes.remove(route.getRoute());
        }
    }

    void position(String room, Position position) {
        String epoch = position.getEpoch();
        if (epoch.isEmpty()) {
            epoch = place(room).epoch();
        }
        places.put(room, new HistoryPosition(epoch, position.getOffset()));
    }

    /** A message with its place; 0 = it is in no history. */
    void message(String room, long offset) {
        if (offset > 0) {
            arrived(room, offset);
        }
    }

    void messageOnRoute(String room, int route) {
        if (historyRoutes.contains(route)) {
            arrived(room, place(room).offset() + 1);
        }
    }

    private void arrived(String room, long offset) {
        HistoryPosition before = place(room);
        if (offset <= before.offset()) {
            throw new AssertionError("message " + offset + " of room " + room + " behind " + before);
        }
        places.put(room, new HistoryPosition(before.epoch(), offset));
        offsets.computeIfAbsent(room, name -> new ArrayList<>()).add(offset);
    }

    HistoryPosition place(String room) {
        HistoryPosition place = places.get(room);
        if (place == null) {
            throw new IllegalStateException("no place in the history of room " + room + " was told");
        }
        return place;
    }

    /** The places of the messages that came since the last {@code joined}. */
    List<Long> offsets(String room) {
        return List.copyOf(offsets.getOrDefault(room, List.of()));
    }

    boolean isUnrecoverable(String room) {
        return unrecoverable.contains(room);
    }
}
