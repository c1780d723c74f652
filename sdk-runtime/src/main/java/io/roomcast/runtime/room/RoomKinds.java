package io.roomcast.runtime.room;

import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.bridge.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kinds of rooms that the application declared, in its order. Filled before the node starts, then only read. */
public final class RoomKinds {

    private static final int MAX_NAME_BYTES = 255;

    private final List<Kind> kinds = new ArrayList<>();
    private Duration flushWindow = Duration.ZERO;

    /** One declaration. */
    record Kind(RoomPattern pattern, RoomHandler handler, RoomOptions options) {

        /** Returns how much the history keeps into which a broadcast goes, null if it goes into none. */
        @Nullable
        Retention retentionOf(Message message, Addressing addressing) {
            boolean wholeAndReliable = addressing.only() == null && !addressing.droppable() && !addressing.latest();
            return wholeAndReliable && !options.policies().containsKey(message.event())
                    ? options.history().orElse(null)
                    : null;
        }
    }

    /** A name together with the kind it belongs to. */
    record Named(String name, Kind kind) {

        /** Returns what the variables of the kind's pattern stand for. Reads the name. */
        Map<String, String> parameters() {
            return kind.pattern().match(name).orElseThrow();
        }
    }

    /**
     * Adds a kind.
     *
     * @throws IllegalArgumentException if the pattern is malformed or was added before
     */
    public void declare(String pattern, RoomHandler handler, RoomOptions options) {
        RoomPattern compiled = RoomPattern.of(pattern);
        for (Kind kind : kinds) {
            if (kind.pattern().isLike(compiled)) {
                throw new IllegalArgumentException("room pattern \"" + pattern + "\" was declared before, as \""
                        + kind.pattern() + "\", expected once");
            }
        }
        kinds.add(new Kind(compiled, handler, options));
    }

    /**
     * Sets how long broadcasts may wait for others in rooms whose options do not say.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public void flushWindow(Duration window) {
        flushWindow = RoomOptions.checkFlushWindow(window);
    }

    /** Returns how long broadcasts may wait for others in rooms of a kind. */
    int flushWindowMillis(Kind kind) {
        return (int) kind.options().flushWindow().orElse(flushWindow).toMillis();
    }

    /**
     * Refuses delivery policies that hold more than a peer's budget allows.
     *
     * @throws IllegalArgumentException naming the setting
     */
    public void check(Limits limits) {
        for (Kind kind : kinds) {
            kind.options().policies().forEach((event, policy) -> {
                if (policy.maxBytes() > limits.outboundBytesPerPeer()) {
                    throw new IllegalArgumentException("policy of event \"" + event + "\" of room pattern \""
                            + kind.pattern() + "\": maxBytes is " + policy.maxBytes()
                            + ", expected at most outboundBytesPerPeer, " + limits.outboundBytesPerPeer());
                }
            });
        }
    }

    /** Returns whether some of the rooms keep a history. */
    public boolean keepHistory() {
        return kinds.stream().anyMatch(kind -> kind.options().history().isPresent());
    }

    public boolean isEmpty() {
        return kinds.isEmpty();
    }

    /** Returns the kind of a room, or empty if none matches. */
    Optional<Named> find(String name) {
        for (Kind kind : kinds) {
            if (kind.pattern().matches(name)) {
                return Optional.of(new Named(name, kind));
            }
        }
        return Optional.empty();
    }

    /** Returns what is wrong with a room's name, or null. */
    static @Nullable String faultOf(String name) {
        // A char is at most three bytes of UTF-8.
        if (!name.isEmpty() && name.length() <= MAX_NAME_BYTES / 3) {
            return null;
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        return bytes >= 1 && bytes <= MAX_NAME_BYTES
                ? null
                : "room name has " + bytes + " UTF-8 bytes, expected 1 to " + MAX_NAME_BYTES;
    }
}
