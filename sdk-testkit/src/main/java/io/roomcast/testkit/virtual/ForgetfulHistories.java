package io.roomcast.testkit.virtual;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.HistoryEntry;
import io.roomcast.bridge.HistorySlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The histories of all rooms as nodes see them on a bridge that can lose them: what lies before a loss is not there any more, and behind it another epoch begins with the
 * offset 1. Belongs to the world's thread.
 */
final class ForgetfulHistories {

    /** The newest place of each room that the hub told, as the hub counts. */
    private final Map<String, HistoryPosition> newest = new TreeMap<>();

    private final Map<String, Loss> losses = new TreeMap<>();
    private final List<ForgetfulBridge> bridges = new ArrayList<>();
    private int times;

    /**
     * What of a room is lost.
     *
     * @param upTo the last place that is lost, as the hub counts
     * @param epoch the one that followed
     */
    private record Loss(HistoryPosition upTo, String epoch) {}

    void add(ForgetfulBridge bridge) {
        bridges.add(bridge);
    }

    void remove(ForgetfulBridge bridge) {
        bridges.remove(bridge);
    }

    /** Everything that was said so far is gone. @param lost told each room and the epoch that begins, before any node is */
    void lose(BiConsumer<String, String> lost) {
        times++;
        newest.forEach((room, upTo) -> {
            Loss loss = new Loss(upTo, upTo.epoch() + "-" + times);
            losses.put(room, loss);
            lost.accept(room, loss.epoch());
        });
        List.copyOf(bridges).forEach(bridge -> newest.keySet().forEach(bridge::lost));
    }

    /** Returns a place as nodes know it, null if it is lost. */
    @Nullable
    HistoryPosition seen(String room, HistoryPosition place) {
        HistoryPosition known = newest.get(room);
        if (known == null || !known.epoch().equals(place.epoch()) || known.offset() < place.offset()) {
            newest.put(room, place);
        }
        Loss loss = of(room, place.epoch());
        if (loss == null) {
            return place;
        }
        return place.offset() <= loss.upTo().offset()
                ? null
                : new HistoryPosition(loss.epoch(), place.offset() - loss.upTo().offset());
    }

    /** Returns a place as nodes know it; where it is lost, the beginning of what followed. */
    HistoryPosition begin(String room, HistoryPosition place) {
        HistoryPosition seen = seen(room, place);
        return seen == null ? begin(room) : seen;
    }

    /** Returns where a history begins that was just lost. */
    HistoryPosition begin(String room) {
        Loss loss = losses.get(room);
        if (loss == null) {
            throw new IllegalStateException("the history of " + room + " was not lost");
        }
        return new HistoryPosition(loss.epoch(), 0);
    }

    /** Returns the hub's offset of one that a node says. */
    long offset(String room, long seen) {
        Loss loss = losses.get(room);
        return loss == null ? seen : seen + loss.upTo().offset();
    }

    /** Returns a part of a history without what is lost. */
    HistorySlice seen(String room, HistorySlice slice) {
        Loss loss = of(room, slice.epoch());
        if (loss == null) {
            return slice;
        }
        long before = loss.upTo().offset();
        return new HistorySlice(
                loss.epoch(),
                Math.max(1, slice.oldest() - before),
                slice.newest() - before,
                slice.entries().stream()
                        .filter(entry -> entry.offset() > before)
                        .map(entry -> new HistoryEntry(entry.offset() - before, entry.envelope()))
                        .toList());
    }

    /** Returns a message id that was not used before the loss. */
    @Nullable
    String messageId(String room, @Nullable String id) {
        Loss loss = losses.get(room);
        return loss == null || id == null ? id : loss.epoch() + " " + id;
    }

    private @Nullable Loss of(String room, String epoch) {
        Loss loss = losses.get(room);
        return loss != null && loss.upTo().epoch().equals(epoch) ? loss : null;
    }
}
