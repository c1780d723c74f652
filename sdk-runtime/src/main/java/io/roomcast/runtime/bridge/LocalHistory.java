package io.roomcast.runtime.bridge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.environment.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The logs of the rooms that have a history. Safe to use from any thread: what is done to one log is done in one thread at a time,
 * and an entry is handed to the queues of all nodes in the same step that appends it, so all have it in the same order.
 *
 * <p>Bounds: a log has at most {@value HistoryLog#MAX_BYTES} bytes and all together {@code MAX_BYTES}; beyond either the one that appends
 * forgets its oldest entries. The logs that no node is subscribed to may have {@code MAX_RESTING_BYTES}; beyond it the one that
 * was not used for long is given up, and begins anew with another epoch.
 */
final class LocalHistory {

    static final long MAX_BYTES = 256L << 20;
    static final long MAX_RESTING_BYTES = 64L << 20;

    /** What an empty log costs, roughly. */
    private static final int LOG_OVERHEAD = 512;

    private final Clock clock;
    private final String epochPrefix;
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong lastEpoch = new AtomicLong();
    private final Cache<String, HistoryLog> logs;

    /** @param epochPrefix not used by any other hub; at most 16 characters */
    LocalHistory(Clock clock, String epochPrefix, long maxBytes, long maxRestingBytes) {
        this.clock = clock;
        this.epochPrefix = epochPrefix;
        this.maxBytes = maxBytes;
        this.logs = Caffeine.newBuilder()
                .maximumWeight(maxRestingBytes)
                .weigher(LocalHistory::weight)
                .evictionListener((room, log, cause) -> {
                    if (log != null) {
                        log.forgetAll();
                    }
                })
                .executor(Runnable::run)
                .build();
    }

    /** A log that somebody hears of weighs nothing, and what weighs nothing is never given up. */
    private static int weight(String room, HistoryLog log) {
        long bytes = LOG_OVERHEAD + 2L * room.length() + log.bytes();
        return log.feeds().isEmpty() ? (int) Math.min(bytes, Integer.MAX_VALUE) : 0;
    }

    Appended append(String room, Retention retention, @Nullable String messageId, byte[] envelope) {
        return with(room, log -> {
            Appended appended = log.append(retention, messageId, envelope, clock.nanos());
            if (!appended.duplicate()) {
                log.feeds().forEach(feed -> feed.appended(log));
            }
            return appended;
        });
    }

    HistorySlice read(String room, Retention retention, long after, int limit) {
        return with(room, log -> log.read(retention, after, limit, clock.nanos()));
    }

    /** Makes a feed that begins now. */
    HistoryFeed subscribe(String room, Retention retention, LocalBridge bridge) {
        return with(room, log -> {
            log.forgetOld(retention, clock.nanos());
            HistoryFeed feed = new HistoryFeed(bridge, room, log.position());
            log.feeds().add(feed);
            return feed;
        });
    }

    void unsubscribe(HistoryFeed feed) {
        feed.end();
        logs.asMap().computeIfPresent(feed.room(), (name, log) -> {
            log.feeds().remove(feed);
            return log;
        });
    }

    void catchUp(HistoryFeed feed) {
        with(feed.room(), log -> {
            if (log.feeds().contains(feed)) {
                feed.catchUp(log);
            }
            return log;
        });
    }

    /** Returns how many bytes all logs have. */
    long bytes() {
        return bytes.get();
    }

    private <T> T with(String room, Function<HistoryLog, T> action) {
        List<T> result = new ArrayList<>(1);
        logs.asMap().compute(room, (name, present) -> {
            HistoryLog log = present != null
                    ? present
                    : new HistoryLog(
                            epochPrefix + "." + Long.toString(lastEpoch.incrementAndGet(), Character.MAX_RADIX),
                            bytes,
                            maxBytes);
            result.add(action.apply(log));
            return log;
        });
        return result.get(0);
    }
}
