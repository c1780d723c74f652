package io.roomcast;

import io.roomcast.bridge.BridgeState;

/**
 * Observes a node, for metrics and logs. Every method does nothing by default.
 *
 * <p>Called on whatever thread the thing happened, often an IO thread and often very frequently: an implementation counts and
 * returns. What it throws is logged once and otherwise ignored.
 */
public interface RoomcastListener {

    /** A WebSocket connection was accepted. */
    default void connectionOpened() {}

    /** A handshake was refused before it became a connection. */
    default void handshakeRefused(int httpStatus, String reason) {}

    /** A connection ended; exactly once for each that was opened. */
    default void connectionClosed(int code) {}

    /** A client was welcomed as a peer. */
    default void peerWelcomed() {}

    /** A peer lost its connection and is kept for {@link Limits#resumeWindow()}. */
    default void peerDisconnected(String peerId) {}

    /** A peer came back in time; {@code framesSentAgain} of what it was sent it had not had. */
    default void peerResumed(String peerId, long framesSentAgain) {}

    /** A peer that had lost its connection is given up: its time is over, or a bound is reached. */
    default void peerGivenUp(String peerId, String reason) {}

    /** A peer without a connection went to another node, with its session. */
    default void peerMovedOut(String peerId) {}

    /** A peer came from another node with its session; {@link #peerResumed} follows. */
    default void peerMovedIn(String peerId) {}

    /** A client wanted to go on with a session that it did not get: it has a new one. */
    default void resumeRefused(String reason) {}

    /** A peer joined a room of this node. */
    default void joined(String room) {}

    /** A peer left a room of this node. */
    default void left(String room, LeaveReason reason) {}

    /** A WebSocket message arrived from a client; {@code bytes} without headers. */
    default void received(int bytes) {}

    /** A broadcast was handed to the peers of this node. */
    default void delivered(String room, int peers, int bytes) {}

    /** A volatile message was not queued for a peer, or a {@link DeliveryPolicy} dropped one that waited for it. */
    default void messageDropped(String room) {}

    /**
     * Something left, or was given up, under a {@link DeliveryPolicy}. Called for each peer and each time, on the peer's IO thread.
     */
    default void policyFlushed(PolicyFlush flush) {}

    /** A request of a peer was answered with an error, or not at all because the peer cancelled it or went (code 12). */
    default void requestRefused(int code) {}

    /** A request to a peer got no answer, an acknowledged broadcast's included, once for each peer. */
    default void requestFailed(RequestException.Reason reason) {}

    /** A reply of a peer came after its request had timed out or been cancelled; it was ignored. */
    default void lateReply() {}

    /** More waits for a peer than half of its byte budget; told again only after it has caught up. */
    default void peerSlow(String peerId, int waitingBytes) {}

    /**
     * A peer is not read from for a while: {@link Limits#inboxMessagesPerPeer()} of its messages wait for handlers, or the mailbox of a
     * room that it sends into is full. Told each time that this begins.
     */
    default void readsPaused(String peerId) {}

    /**
     * A broadcast was refused at a bound of the node and nobody got it, see {@link Limits.Builder#outboundBytesPerNode}; or it is not
     * known to have reached the room's history.
     */
    default void broadcastRefused(String room) {}

    /** A client was told an error. */
    default void errorSent(int code) {}

    /** Application code threw. {@code where} names the callback and the room. */
    default void handlerFailed(String where, Throwable failure) {}

    /** Messages of other nodes were lost on the way to this one; {@code missed} 0 = unknown. */
    default void gap(String room, String originNode, long missed) {}

    /** Broadcasts of a room's history were lost to this node; its peers were told. What follows comes after this position. */
    default void historyLost(String room, HistoryPosition resumesAfter) {}

    /** A peer came back to a room and got from its history what it had missed. */
    default void historyRecovered(String room, int messages) {}

    /** A peer came back to a room and could not get what it had missed; it was told so. */
    default void historyUnrecoverable(String room) {}

    /** A peer read a page of a room's history. */
    default void historyRead(String room, int messages) {}

    /** Bytes came over the bridge that are not an envelope of ours, or not of this version; they were ignored. */
    default void envelopeRefused(String room, String reason) {}

    /** The bridge went up or down. */
    default void bridgeState(BridgeState state) {}

    /** Another node joined the cluster. */
    default void nodeJoined(String nodeId) {}

    /** Another node left the cluster or is taken for dead. */
    default void nodeLost(String nodeId) {}
}
