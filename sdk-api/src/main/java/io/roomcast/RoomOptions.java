package io.roomcast;

import io.roomcast.bridge.Retention;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the rooms of one pattern behave. Immutable. */
public final class RoomOptions {

    /** How many tasks may wait in the mailbox of one room unless said otherwise. */
    public static final int DEFAULT_MAILBOX_CAPACITY = 8192;

    /** The longest that broadcasts may wait for others to leave with them. */
    public static final Duration MAX_FLUSH_WINDOW = Duration.ofMillis(200);

    private static final RoomOptions DEFAULTS = builder().build();

    private final boolean blocking;
    private final int mailboxCapacity;
    private final Map<String, DeliveryPolicy> policies;
    private final @Nullable Retention history;
    private final @Nullable Duration flushWindow;

    private RoomOptions(Builder builder) {
        this.blocking = builder.blocking;
        this.mailboxCapacity = builder.mailboxCapacity;
        this.policies = Collections.unmodifiableMap(new LinkedHashMap<>(builder.policies));
        this.history = builder.history;
        this.flushWindow = builder.flushWindow;
    }

    /** Returns the options of a room about which nothing is said. */
    public static RoomOptions defaults() {
        return DEFAULTS;
    }

    /** Returns a builder that starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns whether callbacks may block. */
    public boolean blocking() {
        return blocking;
    }

    /** Returns how many tasks may wait in the mailbox of one room. */
    public int mailboxCapacity() {
        return mailboxCapacity;
    }

    /** Returns the delivery policies by event, in the order of their declaration. */
    public Map<String, DeliveryPolicy> policies() {
        return policies;
    }

    /** Returns how much history the rooms keep, or empty if they have none. */
    public Optional<Retention> history() {
        return Optional.ofNullable(history);
    }

    /** Returns how long broadcasts may wait for others to leave with them, or empty if that is as the node says. */
    public Optional<Duration> flushWindow() {
        return Optional.ofNullable(flushWindow);
    }

    /**
     * Checks a flush window.
     *
     * @return the window
     * @throws IllegalArgumentException if it is negative, longer than {@link #MAX_FLUSH_WINDOW} or no whole number of milliseconds
     */
    public static Duration checkFlushWindow(Duration window) {
        boolean wholeMillis = window.toMillis() * 1_000_000L == window.toNanos();
        if (window.isNegative() || window.compareTo(MAX_FLUSH_WINDOW) > 0 || !wholeMillis) {
            throw new IllegalArgumentException("flushWindow is " + window + ", expected whole milliseconds from 0 to "
                    + MAX_FLUSH_WINDOW.toMillis());
        }
        return window;
    }

    /** Builds {@link RoomOptions}. Not safe for concurrent use. */
    public static final class Builder {

        private boolean blocking = true;
        private int mailboxCapacity = DEFAULT_MAILBOX_CAPACITY;
        private final Map<String, DeliveryPolicy> policies = new LinkedHashMap<>();
        private @Nullable Retention history;
        private @Nullable Duration flushWindow;

        private Builder() {}

        /**
         * Runs the callbacks on the IO thread that received the message, without a hop to another thread. A callback that
         * blocks then stalls every peer of that thread. Default: callbacks may block and run on handler threads.
         */
        public Builder nonBlocking() {
            this.blocking = false;
            return this;
        }

        /**
         * Bounds the mailbox of a room: messages, joins, leaves and observed broadcasts that wait for the handler. Default
         * {@value RoomOptions#DEFAULT_MAILBOX_CAPACITY}. At the bound the peers that send into the room are not read from
         * until it is half empty; observed broadcasts from other nodes are dropped and reported as a gap. Joins and leaves
         * are never dropped.
         *
         * @param tasks at least 16
         */
        public Builder mailboxCapacity(int tasks) {
            if (tasks < 16) {
                throw new IllegalArgumentException("mailboxCapacity is " + tasks + ", expected at least 16");
            }
            this.mailboxCapacity = tasks;
            return this;
        }

        /**
         * Declares how the messages of one event leave for each peer of these rooms. Default: at once. A broadcast with
         * {@link Broadcast#volatileDelivery()} is not subject to it.
         *
         * @throws IllegalArgumentException if settings of the policy contradict each other, or if the event has a policy
         */
        public Builder policy(String event, DeliveryPolicy policy) {
            Message.of(event);
            try {
                policy.check();
            } catch (IllegalArgumentException contradiction) {
                throw new IllegalArgumentException(
                        "policy of event \"" + event + "\": " + contradiction.getMessage(), contradiction);
            }
            if (policies.putIfAbsent(event, policy) != null) {
                throw new IllegalArgumentException("event \"" + event + "\" has a policy already, expected one");
            }
            return this;
        }

        /**
         * Gives the rooms a history: their reliable broadcasts get one order on all nodes, can be read ({@link Room#history}), and
         * reach a peer that comes back exactly once. Default: none. Which broadcasts go into it says {@link Broadcast}. All nodes
         * declare the same bounds; whatever is beyond either is forgotten.
         *
         * @param size the most broadcasts that a room keeps, 1 to {@value Retention#MAX_SIZE}; bridges have bounds in bytes, too
         * @param age how long a room keeps them, 1 s to 30 days
         * @throws IllegalArgumentException if a bound is out of range, or if a history was declared before
         */
        public Builder history(int size, Duration age) {
            if (history != null) {
                throw new IllegalArgumentException("history was declared before, with size " + history.size()
                        + " and age " + history.age() + ", expected it once");
            }
            this.history = new Retention(size, age);
            return this;
        }

        /**
         * Lets the broadcasts of these rooms wait for others, so that a peer gets several in one write: less work for the node and
         * fewer packets, for a delay. Default: that of the node ({@link RoomcastBuilder#flushWindow}), which is none. The window of a
         * peer begins with the first broadcast that may wait; when it ends, all that is queued for the peer leaves. It ends early when
         * 64 KiB are queued, and when the peer is sent something that does not wait: a reply or a request, {@link Peer#send}, and all
         * that is not a message. Messages of an event with a {@link DeliveryPolicy} are delayed by that alone.
         *
         * @param window whole milliseconds, 0 (to the end of the IO thread's turn) to {@link RoomOptions#MAX_FLUSH_WINDOW}; it can be
         *     exceeded by two milliseconds
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder flushWindow(Duration window) {
            this.flushWindow = checkFlushWindow(window);
            return this;
        }

        /** Returns the options. */
        public RoomOptions build() {
            return new RoomOptions(this);
        }
    }
}
