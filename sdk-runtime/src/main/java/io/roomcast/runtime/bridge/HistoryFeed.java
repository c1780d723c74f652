package io.roomcast.runtime.bridge;

import io.roomcast.HistoryPosition;

/**
 * What one node hears of one log: every entry in order, or, when its queue is full, what the log still has as soon as there
 * is room again. Guarded as the log is, except {@code ended}.
 */
final class HistoryFeed {

    private final LocalBridge bridge;
    private final String room;
    private final HistoryPosition begin;
    private long told;
    /** The queue was full; until {@link #catchUp} nothing is told. */
    private boolean behind;
    /** Set in whatever thread ends it: what still waits in the queue is then not told. */
    private volatile boolean ended;

    HistoryFeed(LocalBridge bridge, String room, HistoryPosition begin) {
        this.bridge = bridge;
        this.room = room;
        this.begin = begin;
        this.told = begin.offset();
    }

    /** Returns the position after which it tells. */
    HistoryPosition begin() {
        return begin;
    }

    String room() {
        return room;
    }

    void end() {
        ended = true;
    }

    /** Something was appended. */
    void appended(HistoryLog log) {
        if (!behind) {
            tell(log);
        }
    }

    /** The queue has room again. */
    void catchUp(HistoryLog log) {
        behind = false;
        tell(log);
    }

    private void tell(HistoryLog log) {
        if (ended) {
            return;
        }
        while (told < log.newest()) {
            if (bridge.isFull()) {
                behind = true;
                bridge.catchUpLater(this);
                return;
            }
            if (told + 1 < log.oldest()) {
                told = log.oldest() - 1;
                HistoryPosition resumesAfter = log.position(told);
                queue(to -> to.onHistoryLost(room, resumesAfter));
                continue;
            }
            told++;
            HistoryPosition position = log.position(told);
            byte[] envelope = log.envelope(told);
            queue(to -> to.onAppended(room, position, envelope));
        }
    }

    private void queue(LocalBridge.Call call) {
        bridge.tell(to -> {
            if (!ended) {
                call.on(to);
            }
        });
    }
}
