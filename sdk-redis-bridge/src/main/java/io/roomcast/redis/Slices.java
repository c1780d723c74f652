package io.roomcast.redis;

import io.roomcast.HistoryPosition;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.HistoryEntry;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/** Asks read.lua, and reads what it returns. */
final class Slices {

    private static final int HEAD = 4;
    private static final int ROW = 3;

    private static final int SLICE_BYTES = 1 << 20;

    private final Station station;

    Slices(Station station) {
        this.station = station;
    }

    CommandArguments command(
            String room, Retention retention, String epoch, long after, int limit, RedisConnection.Facts server) {
        Names names = station.names();
        return new CommandArguments(Protocol.Command.EVALSHA)
                .add(Script.READ.sha1())
                .add(2)
                .key(names.meta(room))
                .key(names.history(room))
                .add(station.newEpoch())
                .add(retention.age().toMillis())
                .add(after)
                .add(limit)
                .add(SLICE_BYTES)
                .add(server.lineage())
                .add(server.lacks().code)
                .add(epoch);
    }

    /**
     * Makes a slice.
     *
     * @throws RoomcastException if what is under the key is not a log
     */
    HistorySlice read(String room, Retention retention, long after, int limit, @Nullable Object reply) {
        try {
            if (reply instanceof List<?> list && list.size() >= HEAD && (list.size() - HEAD) % ROW == 0) {
                return read(room, retention, after, limit, list);
            }
        } catch (NumberFormatException | ClassCastException foreign) {
            throw new RoomcastException("what Redis has under the keys of room " + room + " is not a log", foreign);
        }
        throw new RoomcastException("what Redis has under the keys of room " + room + " is not a log");
    }

    private HistorySlice read(String room, Retention retention, long after, int limit, List<?> list) {
        String epoch = text(list.get(0));
        long newest = Long.parseLong(text(list.get(1)));
        if (epoch.isEmpty() || epoch.length() > HistoryPosition.MAX_EPOCH_CHARS || newest < 0) {
            throw new NumberFormatException("epoch '" + epoch + "', offset " + newest);
        }
        String first = text(list.get(2));
        long oldest = first.isEmpty()
                ? newest + 1
                : Math.max(
                        Long.parseLong(first) - Long.parseLong(text(list.get(3))) + 1, newest - retention.size() + 1);
        byte[] place = Seal.place(room);
        List<HistoryEntry> entries = new ArrayList<>();
        for (int i = HEAD; i < list.size(); i += ROW) {
            long last = Long.parseLong(text(list.get(i)));
            long count = Long.parseLong(text(list.get(i + 1)));
            byte[] data = (byte[]) list.get(i + 2);
            ByteSource frames = new ByteSource(data, 0, data.length);
            for (long offset = last - count + 1; offset <= last && entries.size() < limit; offset++) {
                try {
                    byte[] frame = frames.sized();
                    if (offset > after && offset >= oldest) {
                        entries.add(new HistoryEntry(offset, station.parcels().openLogFrame(place, frame)));
                    }
                } catch (Refused refused) {
                    station.counters().refused(refused.why);
                }
            }
        }
        return new HistorySlice(epoch, oldest, newest, entries);
    }

    private static String text(@Nullable Object bytes) {
        return bytes instanceof byte[] some ? new String(some, StandardCharsets.UTF_8) : String.valueOf(bytes);
    }
}
