package io.roomcast;

import java.time.Duration;

/**
 * The bounds of a node. Immutable; {@link #builder()} starts with the defaults. Every bound counts what it refuses;
 * {@code docs/limits.md} lists them with the counter and the close code of each.
 */
public final class Limits {

    private static final Limits DEFAULTS = builder().build();

    private final int maxMessageBytes;
    private final int maxFragments;
    private final int maxMessagesPerSecond;
    private final int maxControlFramesPerSecond;
    private final Duration helloTimeout;
    private final Duration pingInterval;
    private final Duration pongTimeout;
    private final Duration writeTimeout;
    private final Duration closeTimeout;
    private final int maxRoomsPerPeer;
    private final int maxConnections;
    private final int maxConnectionsPerAddress;
    private final int maxHeaderBytes;
    private final int outboundBytesPerPeer;
    private final long outboundBytesPerNode;
    private final int inboxMessagesPerPeer;
    private final int maxErrorsPerMinute;
    private final int maxOpenRequestsPerPeer;
    private final Duration maxRequestTimeout;
    private final int maxAcknowledgedBroadcasts;
    private final Duration resumeWindow;
    private final int maxDisconnectedPeers;

    private Limits(Builder builder) {
        this.maxMessageBytes = builder.maxMessageBytes;
        this.maxFragments = builder.maxFragments;
        this.maxMessagesPerSecond = builder.maxMessagesPerSecond;
        this.maxControlFramesPerSecond = builder.maxControlFramesPerSecond;
        this.helloTimeout = builder.helloTimeout;
        this.pingInterval = builder.pingInterval;
        this.pongTimeout = builder.pongTimeout;
        this.writeTimeout = builder.writeTimeout;
        this.closeTimeout = builder.closeTimeout;
        this.maxRoomsPerPeer = builder.maxRoomsPerPeer;
        this.maxConnections = builder.maxConnections;
        this.maxConnectionsPerAddress = builder.maxConnectionsPerAddress;
        this.maxHeaderBytes = builder.maxHeaderBytes;
        this.outboundBytesPerPeer = builder.outboundBytesPerPeer;
        this.outboundBytesPerNode = builder.outboundBytesPerNode;
        this.inboxMessagesPerPeer = builder.inboxMessagesPerPeer;
        this.maxErrorsPerMinute = builder.maxErrorsPerMinute;
        this.maxOpenRequestsPerPeer = builder.maxOpenRequestsPerPeer;
        this.maxRequestTimeout = builder.maxRequestTimeout;
        this.maxAcknowledgedBroadcasts = builder.maxAcknowledgedBroadcasts;
        this.resumeWindow = builder.resumeWindow;
        this.maxDisconnectedPeers = builder.maxDisconnectedPeers;
    }

    /** Returns the limits of a node about which nothing is said. */
    public static Limits defaults() {
        return DEFAULTS;
    }

    /** Returns a builder that starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the largest WebSocket message accepted from a client, in bytes. */
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    /** Returns how many frames one message may be cut into. */
    public int maxFragments() {
        return maxFragments;
    }

    /** Returns how many protocol frames (batched ones counted singly) a client may send in a second, on average. */
    public int maxMessagesPerSecond() {
        return maxMessagesPerSecond;
    }

    /** Returns how many WebSocket control frames a client may send in a second, on average. */
    public int maxControlFramesPerSecond() {
        return maxControlFramesPerSecond;
    }

    /** Returns how long a new connection may take until it is welcomed. */
    public Duration helloTimeout() {
        return helloTimeout;
    }

    /** Returns after how much silence a client is pinged. */
    public Duration pingInterval() {
        return pingInterval;
    }

    /** Returns how much more silence after a ping ends the connection. */
    public Duration pongTimeout() {
        return pongTimeout;
    }

    /** Returns how long a write may make no progress before the connection is ended. */
    public Duration writeTimeout() {
        return writeTimeout;
    }

    /** Returns how long the closing handshake may take. */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /** Returns how many rooms a peer may be in. */
    public int maxRoomsPerPeer() {
        return maxRoomsPerPeer;
    }

    /** Returns how many connections the node serves. */
    public int maxConnections() {
        return maxConnections;
    }

    /** Returns how many connections the node serves from one address. */
    public int maxConnectionsPerAddress() {
        return maxConnectionsPerAddress;
    }

    /** Returns how large the head of an HTTP request may be, in bytes. */
    public int maxHeaderBytes() {
        return maxHeaderBytes;
    }

    /** Returns how many bytes may wait for one peer. */
    public int outboundBytesPerPeer() {
        return outboundBytesPerPeer;
    }

    /** Returns how many bytes may wait for all peers of the node. */
    public long outboundBytesPerNode() {
        return outboundBytesPerNode;
    }

    /** Returns how many messages of one peer may wait for room handlers. */
    public int inboxMessagesPerPeer() {
        return inboxMessagesPerPeer;
    }

    /** Returns how many errors a client may cause in a minute. */
    public int maxErrorsPerMinute() {
        return maxErrorsPerMinute;
    }

    /** Returns how many requests of a peer, and how many to a peer, may wait for their answers. */
    public int maxOpenRequestsPerPeer() {
        return maxOpenRequestsPerPeer;
    }

    /** Returns how long an answer may take at most. */
    public Duration maxRequestTimeout() {
        return maxRequestTimeout;
    }

    /** Returns how many acknowledged broadcasts of the node may wait for answers. */
    public int maxAcknowledgedBroadcasts() {
        return maxAcknowledgedBroadcasts;
    }

    /** Returns how long a peer that lost its connection may take to come back. */
    public Duration resumeWindow() {
        return resumeWindow;
    }

    /** Returns how many peers without a connection are kept. */
    public int maxDisconnectedPeers() {
        return maxDisconnectedPeers;
    }

    /** Builds {@link Limits}. Not safe for concurrent use. Setters refuse values out of range, naming the setting. */
    public static final class Builder {

        private int maxMessageBytes = 64 * 1024;
        private int maxFragments = 1024;
        private int maxMessagesPerSecond = 1000;
        private int maxControlFramesPerSecond = 20;
        private Duration helloTimeout = Duration.ofSeconds(10);
        private Duration pingInterval = Duration.ofSeconds(25);
        private Duration pongTimeout = Duration.ofSeconds(10);
        private Duration writeTimeout = Duration.ofSeconds(20);
        private Duration closeTimeout = Duration.ofSeconds(5);
        private int maxRoomsPerPeer = 128;
        private int maxConnections = 1_000_000;
        private int maxConnectionsPerAddress = 1_000_000;
        private int maxHeaderBytes = 16 * 1024;
        private int outboundBytesPerPeer = 1024 * 1024;
        private long outboundBytesPerNode = 256L * 1024 * 1024;
        private int inboxMessagesPerPeer = 256;
        private int maxErrorsPerMinute = 100;
        private int maxOpenRequestsPerPeer = 128;
        private Duration maxRequestTimeout = Duration.ofMinutes(10);
        private int maxAcknowledgedBroadcasts = 1024;
        private Duration resumeWindow = Duration.ofSeconds(30);
        private int maxDisconnectedPeers = 100_000;

        private Builder() {}

        /**
         * Bounds WebSocket messages from clients. Default 64 KiB. A larger one closes the connection with
         * {@link CloseCode#MESSAGE_TOO_BIG} as soon as a frame header announces it, before it is buffered.
         *
         * @param bytes 1 to 1 GiB
         */
        public Builder maxMessageBytes(int bytes) {
            this.maxMessageBytes = inRange("maxMessageBytes", bytes, 1, 1 << 30);
            return this;
        }

        /**
         * Bounds how many frames one message may be cut into. Default 1,024. More close the connection with
         * {@link CloseCode#MESSAGE_TOO_BIG}.
         *
         * @param frames at least 1
         */
        public Builder maxFragments(int frames) {
            this.maxFragments = inRange("maxFragments", frames, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Bounds how many protocol frames a client may send, counted before they are looked at. Default 1,000 a second, with
         * a burst of twice that; a client that goes on with its session may also send what it might have sent while it could not
         * be heard. More close the connection with {@link CloseCode#RATE_EXCEEDED}.
         *
         * @param perSecond at least 1
         */
        public Builder maxMessagesPerSecond(int perSecond) {
            this.maxMessagesPerSecond = inRange("maxMessagesPerSecond", perSecond, 1, Integer.MAX_VALUE / 4);
            return this;
        }

        /**
         * Bounds how many pings and pongs a client may send. Default 20 a second, with a burst of twice that. More close the
         * connection with {@link CloseCode#RATE_EXCEEDED}.
         *
         * @param perSecond at least 1
         */
        public Builder maxControlFramesPerSecond(int perSecond) {
            this.maxControlFramesPerSecond = inRange("maxControlFramesPerSecond", perSecond, 1, Integer.MAX_VALUE / 4);
            return this;
        }

        /** Bounds the time from the upgrade to the welcome. Default 10 s. After it: {@link CloseCode#HELLO_EXPECTED}. */
        public Builder helloTimeout(Duration timeout) {
            this.helloTimeout = positive("helloTimeout", timeout);
            return this;
        }

        /** Pings a client that was silent for this long. Default 25 s. */
        public Builder pingInterval(Duration interval) {
            this.pingInterval = positive("pingInterval", interval);
            return this;
        }

        /** Ends a connection after this much more silence. Default 10 s. {@link CloseCode#TIMED_OUT}. */
        public Builder pongTimeout(Duration timeout) {
            this.pongTimeout = positive("pongTimeout", timeout);
            return this;
        }

        /** Ends a connection whose writes made no progress for this long. Default 20 s. {@link CloseCode#TIMED_OUT}. */
        public Builder writeTimeout(Duration timeout) {
            this.writeTimeout = positive("writeTimeout", timeout);
            return this;
        }

        /** Bounds the closing handshake; the connection is cut after it. Default 5 s. */
        public Builder closeTimeout(Duration timeout) {
            this.closeTimeout = positive("closeTimeout", timeout);
            return this;
        }

        /**
         * Bounds the rooms of one peer. Default 128. One more join is refused with {@link ErrorCode#TOO_MANY_ROOMS}.
         *
         * @param rooms at least 1
         */
        public Builder maxRoomsPerPeer(int rooms) {
            this.maxRoomsPerPeer = inRange("maxRoomsPerPeer", rooms, 1, 65_536);
            return this;
        }

        /**
         * Bounds the connections of the node. Default 1,000,000. A further handshake gets HTTP 503.
         *
         * @param connections at least 1
         */
        public Builder maxConnections(int connections) {
            this.maxConnections = inRange("maxConnections", connections, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Bounds the connections from one address. Default 1,000,000, that is not at all: behind a proxy all clients may share
         * one. A further handshake gets HTTP 429.
         *
         * @param connections at least 1
         */
        public Builder maxConnectionsPerAddress(int connections) {
            this.maxConnectionsPerAddress = inRange("maxConnectionsPerAddress", connections, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Bounds the head of an HTTP request. Default 16 KiB.
         *
         * @param bytes 1,024 to 1 MiB
         */
        public Builder maxHeaderBytes(int bytes) {
            this.maxHeaderBytes = inRange("maxHeaderBytes", bytes, 1024, 1 << 20);
            return this;
        }

        /**
         * Bounds what waits for one peer. Default 1 MiB. At the bound a volatile message is dropped; a reliable one closes the
         * peer with {@link CloseCode#TOO_SLOW}.
         *
         * @param bytes 2 KiB to 2 GiB less one
         */
        public Builder outboundBytesPerPeer(int bytes) {
            this.outboundBytesPerPeer = inRange("outboundBytesPerPeer", bytes, 2048, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Bounds what waits for all peers of the node together, and apart from that what was broadcast and has not yet reached
         * their IO threads. Default 256 MiB each. Bytes that several queues share count in each of them. At the first bound only
         * peers whose connection is behind are affected, as at their own; at the second a broadcast is refused: nobody gets it,
         * its {@link Receipt} fails, {@link RoomcastListener#broadcastRefused} is told.
         *
         * @param bytes at least {@code outboundBytesPerPeer}
         */
        public Builder outboundBytesPerNode(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("outboundBytesPerNode is " + bytes + ", expected at least 1");
            }
            this.outboundBytesPerNode = bytes;
            return this;
        }

        /**
         * Bounds how many messages of one peer wait for room handlers. Default 256. At the bound the peer is not read from
         * until half of them are handled.
         *
         * @param messages at least 1
         */
        public Builder inboxMessagesPerPeer(int messages) {
            this.inboxMessagesPerPeer = inRange("inboxMessagesPerPeer", messages, 1, 1 << 20);
            return this;
        }

        /**
         * Bounds how many error frames a client may earn. Default 100 a minute. More close the connection with
         * {@link CloseCode#TOO_MANY_ERRORS}.
         *
         * @param perMinute at least 1
         */
        public Builder maxErrorsPerMinute(int perMinute) {
            this.maxErrorsPerMinute = inRange("maxErrorsPerMinute", perMinute, 1, Integer.MAX_VALUE / 4);
            return this;
        }

        /**
         * Bounds the open requests of one peer, in each direction. Default 128. One more of the peer's is answered with
         * {@link ErrorCode#TOO_MANY_REQUESTS}; one more to the peer fails with {@link RequestException.Reason#TOO_MANY}.
         *
         * @param requests at least 1
         */
        public Builder maxOpenRequestsPerPeer(int requests) {
            this.maxOpenRequestsPerPeer = inRange("maxOpenRequestsPerPeer", requests, 1, 65_536);
            return this;
        }

        /**
         * Bounds how long an answer may take, in each direction. Default 10 minutes. A peer's request with a longer timeout is
         * answered with {@link ErrorCode#BAD_REQUEST}; the application's throws. A peer's request that names no timeout has 30 s,
         * or this if it is less.
         */
        public Builder maxRequestTimeout(Duration timeout) {
            this.maxRequestTimeout = positive("maxRequestTimeout", timeout);
            return this;
        }

        /**
         * Bounds the open acknowledged broadcasts of the node. Default 1,024. One more fails with
         * {@link RequestException.Reason#TOO_MANY}. As many of the other nodes together are answered; one more is not, and the
         * node that made it counts this one as lost.
         *
         * @param broadcasts at least 1
         */
        public Builder maxAcknowledgedBroadcasts(int broadcasts) {
            this.maxAcknowledgedBroadcasts = inRange("maxAcknowledgedBroadcasts", broadcasts, 1, 1 << 20);
            return this;
        }

        /**
         * Sets how long a peer that lost its connection is kept. Default 30 s. Until then it stays in its rooms, and what it is sent
         * waits for it within {@code outboundBytesPerPeer}; after that it has left. Only clients that say they can resume are kept,
         * and only when the connection broke or went silent, not when it was closed.
         */
        public Builder resumeWindow(Duration time) {
            this.resumeWindow = positive("resumeWindow", time);
            return this;
        }

        /**
         * Bounds the peers without a connection that are kept. Default 100,000. For one more, one of them is given up, rather one
         * that is long without; {@link RoomcastListener#peerGivenUp} tells.
         *
         * @param peers at least 1
         */
        public Builder maxDisconnectedPeers(int peers) {
            this.maxDisconnectedPeers = inRange("maxDisconnectedPeers", peers, 1, 10_000_000);
            return this;
        }

        /**
         * Returns the limits.
         *
         * @throws IllegalArgumentException if {@code outboundBytesPerPeer} is less than {@code maxMessageBytes} and 1,024 bytes: a
         *     message that may come in could then not go out; or if {@code outboundBytesPerNode} is less than
         *     {@code outboundBytesPerPeer}
         */
        public Limits build() {
            if (outboundBytesPerPeer < maxMessageBytes + 1024L) {
                throw new IllegalArgumentException("outboundBytesPerPeer is " + outboundBytesPerPeer
                        + ", expected at least maxMessageBytes (" + maxMessageBytes + ") and 1024");
            }
            if (outboundBytesPerNode < outboundBytesPerPeer) {
                throw new IllegalArgumentException("outboundBytesPerNode is " + outboundBytesPerNode
                        + ", expected at least outboundBytesPerPeer (" + outboundBytesPerPeer + ")");
            }
            return new Limits(this);
        }

        private static int inRange(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(name + " is " + value + ", expected " + least + " to " + most);
            }
            return value;
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException(
                        name + " is " + value + ", expected more than zero and at most a day");
            }
            return value;
        }
    }
}
