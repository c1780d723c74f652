package io.roomcast;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the rooms of one pattern behave. Immutable. */
public final class RoomOptions {

    /** How many tasks may wait in the mailbox of one room unless said otherwise. */
    public static final int DEFAULT_MAILBOX_CAPACITY = 8192;

    private static final RoomOptions DEFAULTS = builder().build();

    private final boolean blocking;
    private final int mailboxCapacity;
    private final Map<String, DeliveryPolicy> policies;

    private RoomOptions(Builder builder) {
        this.blocking = builder.blocking;
        this.mailboxCapacity = builder.mailboxCapacity;
        this.policies = Collections.unmodifiableMap(new LinkedHashMap<>(builder.policies));
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

    /** Builds {@link RoomOptions}. Not safe for concurrent use. */
    public static final class Builder {

        private boolean blocking = true;
        private int mailboxCapacity = DEFAULT_MAILBOX_CAPACITY;
        private final Map<String, DeliveryPolicy> policies = new LinkedHashMap<>();

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

        /** Returns the options. */
        public RoomOptions build() {
            return new RoomOptions(this);
        }
    }
}
