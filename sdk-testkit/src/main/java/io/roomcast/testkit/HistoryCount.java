package io.roomcast.testkit;

import io.roomcast.HistoryPosition;
import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A client's place in the histories of its rooms, counted as docs/protocol.md says. By room number. */
final class HistoryCount {

    private final Map<Integer, HistoryPosition> places = new HashMap<>();
    private final Map<Integer, List<Long>> offsets = new HashMap<>();
    private final Set<Integer> historyRoutes = new HashSet<>();
    private final Set<Integer> unrecoverable = new HashSet<>();

    void joined(Joined joined) {
        int room = joined.getNumber();
        places.remove(room);
        offsets.put(room, new ArrayList<>());
        unrecoverable.remove(room);
        if (!joined.getEpoch().isEmpty()) {
            places.put(room, new HistoryPosition(joined.getEpoch(), joined.getOffset()));
        }
        if (joined.getUnrecoverable()) {
            unrecoverable.add(room);
        }
    }

    /** The session has come to another node, where the room has another number. */
    void moved(int before, int now) {
        HistoryPosition place = places.remove(before);
        if (place != null) {
            places.put(now, place);
        }
        List<Long> seen = offsets.remove(before);
        if (seen != null) {
            offsets.put(now, seen);
        }
        if (unrecoverable.remove(before)) {
            unrecoverable.add(now);
        }
    }

    void defined(int route, boolean history) {
        if (history) {
            historyRoutes.add(route);
        } else {
            historyRoutes.remove(route);
        }
    }

    void position(Position position) {
        int room = position.getRoom();
        String epoch = position.getEpoch();
        if (epoch.isEmpty()) {
            epoch = place(room).epoch();
        }
        places.put(room, new HistoryPosition(epoch, position.getOffset()));
    }

    /** A message with its place; 0 = it is in no history. */
    void message(int room, long offset) {
        if (offset > 0) {
            arrived(room, offset);
        }
    }

    void messageOnRoute(int room, int route) {
        if (historyRoutes.contains(route)) {
            arrived(room, place(room).offset() + 1);
        }
    }

    private void arrived(int room, long offset) {
        HistoryPosition before = place(room);
        if (offset <= before.offset()) {
            throw new AssertionError("message " + offset + " of room number " + room + " behind " + before);
        }
        places.put(room, new HistoryPosition(before.epoch(), offset));
        offsets.computeIfAbsent(room, number -> new ArrayList<>()).add(offset);
    }

    HistoryPosition place(int room) {
        HistoryPosition place = places.get(room);
        if (place == null) {
            throw new IllegalStateException("no place in the history of room number " + room + " was told");
        }
        return place;
    }

    /** The places of the messages that came since the last {@code joined}. */
    List<Long> offsets(int room) {
        return List.copyOf(offsets.getOrDefault(room, List.of()));
    }

    boolean isUnrecoverable(int room) {
        return unrecoverable.contains(room);
    }
}
