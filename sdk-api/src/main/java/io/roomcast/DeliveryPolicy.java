package io.roomcast;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How the messages of one event leave a node for each of its peers: at once, together, or the newest only. Declared on a room with
 * {@link RoomOptions.Builder#policy}; {@code docs/delivery-policies.md} says what each is good for.
 *
 * <ul>
 *   <li>{@link #append()} holds messages for a moment and sends them in one write. Nothing is lost, nothing overtakes.
 *   <li>{@link #latest()} sends the newest value of each key and leaves out those that were replaced before they left.
 *   <li>{@link #dropOldest} keeps a few messages for a peer that does not keep up and drops the oldest of them.
 *   <li>{@link #merge} puts messages together with a function of the application.
 * </ul>
 *
 * <p>Immutable: each setting returns another policy. A value out of range is refused by its setting. Settings that contradict each
 * other, or the kind of the policy, are refused when the policy is declared, naming the setting.
 *
 * <p>Everything held for a peer counts against its byte budget ({@link Limits#outboundBytesPerPeer()}) and leaves, or is
 * dropped with the connection, when the peer leaves the room, is closed, or its node stops. The functions of a policy
 * ({@link #keyedBy}, {@link #flushWhen}, {@link #merge}) must not block, and may be called by several threads at one time; what they
 * throw is reported to {@link RoomcastListener#handlerFailed} and harms nobody.
 */
public final class DeliveryPolicy {

    /** What a policy does with a message that cannot leave at once. */
    public enum Kind {
        /** Keeps it with those before it. */
        APPEND,
        /** Puts it in the place of an older one with the same key. */
        LATEST,
        /** Keeps the newest few. */
        DROP_OLDEST,
        /** Merges it into the one that waits with the same key. */
        MERGE
    }

    /** The longest {@link #idleGap} and {@link #maxDelay}. */
    public static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

    /** The longest {@link #minInterval} and time to live. */
    public static final Duration LONGEST_INTERVAL = Duration.ofMinutes(10);

    /** The longest key in UTF-8 bytes. */
    public static final int MAX_KEY_BYTES = 255;

    private static final Duration APPEND_GAP = Duration.ofMillis(5);
    private static final Duration APPEND_DELAY = Duration.ofMillis(25);
    private static final Duration MERGE_DELAY = Duration.ofMillis(100);
    private static final int APPEND_ITEMS = 32;
    private static final int MERGE_ITEMS = 1024;
    private static final int APPEND_BYTES = 8 * 1024;
    private static final int OTHER_BYTES = 64 * 1024;
    private static final int DEFAULT_KEYS = 1024;

    private final Kind kind;
    private final Duration longestDelay;
    private final @Nullable BinaryOperator<byte[]> merger;
    private final int keep;
    private final Duration timeToLive;
    private final @Nullable Duration idleGap;
    private final @Nullable Duration maxDelay;
    private final @Nullable Duration minInterval;
    private final @Nullable Integer maxItems;
    private final @Nullable Integer maxBytes;
    private final @Nullable Integer maxKeys;
    private final @Nullable Ordering ordering;
    private final @Nullable Predicate<Message> flushWhen;
    private final @Nullable Function<Message, String> keyedBy;

    private DeliveryPolicy(Draft draft) {
        this.kind = draft.kind;
        this.longestDelay = draft.longestDelay;
        this.merger = draft.merger;
        this.keep = draft.keep;
        this.timeToLive = draft.timeToLive;
        this.idleGap = draft.idleGap;
        this.maxDelay = draft.maxDelay;
        this.minInterval = draft.minInterval;
        this.maxItems = draft.maxItems;
        this.maxBytes = draft.maxBytes;
        this.maxKeys = draft.maxKeys;
        this.ordering = draft.ordering;
        this.flushWhen = draft.flushWhen;
        this.keyedBy = draft.keyedBy;
    }

    /**
     * Holds messages of one key until a moment passes without another, and sends them together. Lossless; in order within
     * {@link #ordering}: any other message there is a barrier, before which everything held leaves. At {@link #maxItems}
     * (default 32) and {@link #maxBytes} (default 8 KiB) what is held leaves; nothing is dropped. Default: idle gap 5 ms, at most
     * 25 ms, ordered in the room.
     *
     * <p>The messages stay separate messages. What is saved is writes and WebSocket messages.
     */
    public static DeliveryPolicy append() {
        return new DeliveryPolicy(new Draft(Kind.APPEND));
    }

    /**
     * Sends the newest value of each key: at most one in {@link #minInterval} (default 0: no limit), and none while bytes of
     * earlier messages wait for the peer's connection. A value that a newer one replaces before it left is left out and
     * counted as conflated. Not ordered against other messages unless {@link #ordering} says so.
     */
    public static DeliveryPolicy latest() {
        return new DeliveryPolicy(new Draft(Kind.LATEST));
    }

    /**
     * Sends messages at once while the peer keeps up. While bytes of earlier messages wait for its connection the newest {@code n} of
     * each key are kept; older ones are dropped and counted, and so is what waited longer than {@code timeToLive}.
     *
     * @param n 1 to 10,000
     * @param timeToLive 1 ms to {@link #LONGEST_INTERVAL}
     */
    public static DeliveryPolicy dropOldest(int n, Duration timeToLive) {
        Draft draft = new Draft(Kind.DROP_OLDEST);
        draft.keep = inRange("n", n, 10_000);
        draft.timeToLive = inRange("timeToLive", timeToLive, Duration.ofMillis(1), LONGEST_INTERVAL);
        return new DeliveryPolicy(draft);
    }

    /**
     * Holds a message and merges those that follow it with the same key into one payload. By default it leaves after 100 ms, when it
     * holds {@link #maxItems} (default 1,024) messages, or when it is larger than {@link #maxBytes} (default 64 KiB). While bytes of
     * earlier messages wait for the peer's connection it is held longer. When the function throws the newer payload
     * stands for both.
     *
     * @param merger makes one payload of an older and a newer one. The arrays are its own. It is called on IO threads, once for
     *     each peer at worst and once for all of an IO thread at best.
     */
    public static DeliveryPolicy merge(BinaryOperator<byte[]> merger) {
        Draft draft = new Draft(Kind.MERGE);
        draft.merger = Objects.requireNonNull(merger, "merger");
        return new DeliveryPolicy(draft);
    }

    /** Like {@link #merge(BinaryOperator)}, with values of a type. What the codec throws counts as thrown by the function. */
    public static <T> DeliveryPolicy merge(Codec<T> codec, BinaryOperator<T> merger) {
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(merger, "merger");
        return merge((older, newer) -> codec.encode(merger.apply(
                Message.of("merge", older).decode(codec),
                Message.of("merge", newer).decode(codec))));
    }

    /** The policy of ICE candidates: see {@link Coalescing}. */
    static DeliveryPolicy forSignals(
            Duration longestDelay, Predicate<Message> flushWhen, Function<Message, String> key) {
        Draft draft = new Draft(Kind.APPEND);
        draft.longestDelay = longestDelay;
        draft.flushWhen = flushWhen;
        draft.keyedBy = key;
        draft.ordering = Ordering.PAIR;
        return new DeliveryPolicy(draft);
    }

    // ---- settings

    /**
     * Sets how long what is held waits for another message of its key. {@link #append()}: default 5 ms. {@link #merge}: default
     * {@link #maxDelay}. {@link #latest()}: default 0. Zero together with a zero {@link #maxDelay} holds nothing back: messages of one
     * turn of the IO thread leave together anyway.
     *
     * @param gap 0 to {@link #LONGEST_DELAY}, in whole milliseconds
     */
    public DeliveryPolicy idleGap(Duration gap) {
        return with(draft -> draft.idleGap = inRange("idleGap", gap, Duration.ZERO, longestDelay));
    }

    /**
     * Sets how long a message may be held at most, whatever follows it. {@link #append()}: default 25 ms, or the idle gap
     * when that is longer. {@link #merge}: default 100 ms. {@link #latest()}: default the idle gap.
     *
     * @param delay 0 to {@link #LONGEST_DELAY}, in whole milliseconds
     */
    public DeliveryPolicy maxDelay(Duration delay) {
        return with(draft -> draft.maxDelay = inRange("maxDelay", delay, Duration.ZERO, longestDelay));
    }

    /**
     * Sets the least time between two messages of one key to one peer. Default 0. For {@link #latest()} and {@link #merge}.
     *
     * @param interval 0 to {@link #LONGEST_INTERVAL}, in whole milliseconds
     */
    public DeliveryPolicy minInterval(Duration interval) {
        return with(draft -> draft.minInterval = inRange("minInterval", interval, Duration.ZERO, LONGEST_INTERVAL));
    }

    /**
     * Sets at how many messages what is held of one key leaves. For {@link #append()} (default 32) and {@link #merge}
     * (default 1,024).
     *
     * @param items 1 to 10,000
     */
    public DeliveryPolicy maxItems(int items) {
        return with(draft -> draft.maxItems = inRange("maxItems", items, 10_000));
    }

    /**
     * Sets how many bytes of one key are held at most, as encoded. More make what is held leave; of {@link #dropOldest} they drop
     * the oldest. Default 8 KiB for {@link #append()}, 64 KiB for the others.
     *
     * @param bytes 1 to 16 MiB; at most {@link Limits#outboundBytesPerPeer()}
     */
    public DeliveryPolicy maxBytes(int bytes) {
        return with(draft -> draft.maxBytes = inRange("maxBytes", bytes, 16 * 1024 * 1024));
    }

    /**
     * Sets how many keys of this event are remembered for one peer at most. Default 1,024. One more makes the oldest leave before its
     * time, or be forgotten when nothing of it is held; of {@link #dropOldest} the oldest key's messages are dropped.
     *
     * @param keys 1 to 100,000
     */
    public DeliveryPolicy maxKeys(int keys) {
        return with(draft -> draft.maxKeys = inRange("maxKeys", keys, 100_000));
    }

    /**
     * Makes a message leave at once, after what is held of its key and within its order, when it passes a test.
     *
     * <p>Called once for each broadcast on each node. A test that throws counts as passed.
     */
    public DeliveryPolicy flushWhen(Predicate<Message> test) {
        return with(draft -> draft.flushWhen = Objects.requireNonNull(test, "flushWhen"));
    }

    /**
     * Says among which messages the order is kept. Default {@link Ordering#ROOM} for {@link #append()}, {@link Ordering#NONE} for the
     * others.
     */
    public DeliveryPolicy ordering(Ordering scope) {
        return with(draft -> draft.ordering = Objects.requireNonNull(scope, "ordering"));
    }

    /**
     * Takes the key of a message from the message, for broadcasts that do not give one with {@link Broadcast#key} or
     * {@link Broadcast#latest}. Default: all messages of the event in the room have one key.
     *
     * <p>Called once for each broadcast on each node. When it throws, or its key is longer than {@link #MAX_KEY_BYTES}, the message is
     * sent as if its event had no policy.
     */
    public DeliveryPolicy keyedBy(Function<Message, String> key) {
        return with(draft -> draft.keyedBy = Objects.requireNonNull(key, "keyedBy"));
    }

    // ---- what holds

    /** Returns what kind of policy it is. */
    public Kind kind() {
        return kind;
    }

    /** Returns how long what is held waits for another message. */
    public Duration idleGap() {
        if (idleGap != null) {
            return idleGap;
        }
        return switch (kind) {
            case APPEND -> maxDelay == null || maxDelay.compareTo(APPEND_GAP) > 0 ? APPEND_GAP : maxDelay;
            case MERGE -> maxDelay();
            case LATEST, DROP_OLDEST -> Duration.ZERO;
        };
    }

    /** Returns how long a message may be held. */
    public Duration maxDelay() {
        if (maxDelay != null) {
            return maxDelay;
        }
        Duration usual = switch (kind) {
            case APPEND -> APPEND_DELAY;
            case MERGE -> MERGE_DELAY;
            case LATEST, DROP_OLDEST -> Duration.ZERO;
        };
        return idleGap != null && idleGap.compareTo(usual) > 0 ? idleGap : usual;
    }

    /** Returns the least time between two messages of one key. */
    public Duration minInterval() {
        return minInterval == null ? Duration.ZERO : minInterval;
    }

    /** Returns at how many messages what is held of a key leaves; for {@link #dropOldest} how many are kept. */
    public int maxItems() {
        if (maxItems != null) {
            return maxItems;
        }
        return switch (kind) {
            case APPEND -> APPEND_ITEMS;
            case MERGE -> MERGE_ITEMS;
            case LATEST -> 1;
            case DROP_OLDEST -> keep;
        };
    }

    /** Returns how many bytes of a key are held at most. */
    public int maxBytes() {
        return maxBytes != null ? maxBytes : kind == Kind.APPEND ? APPEND_BYTES : OTHER_BYTES;
    }

    /** Returns how many keys are remembered for a peer. */
    public int maxKeys() {
        return maxKeys == null ? DEFAULT_KEYS : maxKeys;
    }

    /** Returns how long a message that is kept for a slow peer is worth sending; zero except for {@link #dropOldest}. */
    public Duration timeToLive() {
        return timeToLive;
    }

    /** Returns among which messages the order is kept. */
    public Ordering ordering() {
        return ordering != null ? ordering : kind == Kind.APPEND ? Ordering.ROOM : Ordering.NONE;
    }

    /** Returns whether a message leaves at once. */
    public boolean flushes(Message message) {
        return flushWhen != null && flushWhen.test(message);
    }

    /** Returns the key of a message as the policy sees it; empty when it has no function for it. */
    public String keyOf(Message message) {
        return keyedBy == null ? "" : keyedBy.apply(message);
    }

    /** Returns the function of {@link #merge}, empty for the others. */
    public Optional<BinaryOperator<byte[]>> merger() {
        return Optional.ofNullable(merger);
    }

    /**
     * Refuses settings that contradict each other or the kind.
     *
     * @throws IllegalArgumentException naming the setting
     */
    void check() {
        boolean dropping = kind == Kind.DROP_OLDEST;
        String whileSlow = "dropOldest holds messages only while the peer is slow";
        refuse("idleGap", idleGap, dropping, whileSlow);
        refuse("maxDelay", maxDelay, dropping, whileSlow + "; timeToLive bounds that");
        refuse("maxItems", maxItems, dropping, "dropOldest keeps n messages");
        refuse("flushWhen", flushWhen, dropping, whileSlow);
        refuse("minInterval", minInterval, dropping, "dropOldest sends every message while the peer keeps up");
        refuse("minInterval", minInterval, kind == Kind.APPEND, "append holds messages by idleGap and maxDelay");
        refuse("maxItems", maxItems, kind == Kind.LATEST, "latest holds one value of each key");
        if (ordering == Ordering.NONE && kind == Kind.APPEND) {
            throw new IllegalArgumentException("ordering is NONE, expected PAIR or ROOM: append keeps the order");
        }
        if (dropping && ordering() != Ordering.NONE) {
            throw new IllegalArgumentException(
                    "ordering is " + ordering + ", expected NONE: dropOldest cannot hold up what follows");
        }
        if (idleGap().compareTo(maxDelay()) > 0) {
            throw new IllegalArgumentException(
                    "idleGap is " + millis(idleGap()) + ", expected at most the maxDelay of " + millis(maxDelay()));
        }
        if (maxDelay != null && minInterval().compareTo(maxDelay) > 0) {
            throw new IllegalArgumentException("minInterval is " + millis(minInterval())
                    + ", expected at most the maxDelay of " + millis(maxDelay) + ", or no maxDelay");
        }
    }

    private static void refuse(String setting, @Nullable Object value, boolean contradicts, String why) {
        if (value != null && contradicts) {
            String shown = value instanceof Duration time
                    ? " is " + millis(time)
                    : value instanceof Integer ? " is " + value : " is set";
            throw new IllegalArgumentException(setting + shown + ", expected none: " + why);
        }
    }

    private DeliveryPolicy with(Consumer<Draft> change) {
        Draft draft = new Draft(kind);
        draft.longestDelay = longestDelay;
        draft.merger = merger;
        draft.keep = keep;
        draft.timeToLive = timeToLive;
        draft.idleGap = idleGap;
        draft.maxDelay = maxDelay;
        draft.minInterval = minInterval;
        draft.maxItems = maxItems;
        draft.maxBytes = maxBytes;
        draft.maxKeys = maxKeys;
        draft.ordering = ordering;
        draft.flushWhen = flushWhen;
        draft.keyedBy = keyedBy;
        change.accept(draft);
        return new DeliveryPolicy(draft);
    }

    private static int inRange(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", expected 1 to " + most);
        }
        return value;
    }

    private static Duration inRange(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0 || value.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException(name + " is " + value + ", expected " + millis(least) + " to "
                    + millis(most) + " in whole milliseconds");
        }
        return value;
    }

    private static String millis(Duration time) {
        return time.toMillis() + " ms";
    }

    /** The fields of a policy while they change. */
    private static final class Draft {
        private final Kind kind;
        private Duration longestDelay = LONGEST_DELAY;
        private @Nullable BinaryOperator<byte[]> merger;
        private int keep = 1;
        private Duration timeToLive = Duration.ZERO;
        private @Nullable Duration idleGap;
        private @Nullable Duration maxDelay;
        private @Nullable Duration minInterval;
        private @Nullable Integer maxItems;
        private @Nullable Integer maxBytes;
        private @Nullable Integer maxKeys;
        private @Nullable Ordering ordering;
        private @Nullable Predicate<Message> flushWhen;
        private @Nullable Function<Message, String> keyedBy;

        Draft(Kind kind) {
            this.kind = kind;
        }
    }
}
