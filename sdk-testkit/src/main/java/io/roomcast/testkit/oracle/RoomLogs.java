package io.roomcast.testkit.oracle;

import io.roomcast.bridge.Retention;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The histories of all rooms, each epoch by itself. Belongs to one thread. */
final class RoomLogs {

    /** By room, by epoch. */
    private final Map<Integer, Map<String, RoomLog>> logs = new HashMap<>();

    /** By room: the epoch that began when the one before was lost. */
    private final Map<Integer, String> epochs = new HashMap<>();

    /** A room's history is lost, and another epoch has begun. */
    void lost(int room, String epoch) {
        epochs.put(room, epoch);
    }

    boolean isLost(RoomLog log) {
        String now = epochs.get(log.room);
        return now != null && !now.equals(log.epoch);
    }

    @Nullable
    RoomLog get(int room, String epoch) {
        return logs.getOrDefault(room, Map.of()).get(epoch);
    }

    /** Returns the one that something is appended to. */
    RoomLog appended(int room, String epoch, Retention retention) {
        RoomLog log = ofRoom(room).computeIfAbsent(epoch, key -> new RoomLog(room, epoch, retention));
        log.retention(retention);
        return log;
    }

    /** Returns the one in which a client has a place; one of which nothing was heard yet is empty. */
    @Nullable
    RoomLog at(int room, String epoch, long offset) {
        RoomLog known = get(room, epoch);
        if (known == null && offset == 0) {
            known = new RoomLog(room, epoch, new Retention(Retention.MAX_SIZE, Retention.MAX_AGE));
            ofRoom(room).put(epoch, known);
        }
        return known;
    }

    private Map<String, RoomLog> ofRoom(int room) {
        return logs.computeIfAbsent(room, key -> new HashMap<>(2));
    }
}
