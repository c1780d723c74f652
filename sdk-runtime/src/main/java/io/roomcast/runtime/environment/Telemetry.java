package io.roomcast.runtime.environment;

import io.roomcast.HistoryPosition;
import io.roomcast.LeaveReason;
import io.roomcast.PolicyFlush;
import io.roomcast.RequestException;
import io.roomcast.RoomcastListener;
import io.roomcast.bridge.BridgeState;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a node counts what happens and tells its listeners. Safe to use from any thread. What a listener throws is logged
 * the first time and otherwise ignored.
 */
public final class Telemetry {

    private static final Logger log = LoggerFactory.getLogger("io.roomcast");

    private final List<RoomcastListener> listeners;
    private final AtomicBoolean listenerFailureLogged = new AtomicBoolean();

    private final LongAdder connectionsOpened = new LongAdder();
    private final LongAdder connectionsClosed = new LongAdder();
    private final LongAdder disconnectedPeers = new LongAdder();
    private final LongAdder memberships = new LongAdder();
    private final LongAdder messagesReceived = new LongAdder();
    private final LongAdder messagesDelivered = new LongAdder();
    private final LongAdder messagesDropped = new LongAdder();
    private final LongAdder messagesConflated = new LongAdder();

    private final LongAdder openRequests = new LongAdder();

    public Telemetry(List<RoomcastListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    public long connectionsOpened() {
        return connectionsOpened.sum();
    }

    public long connections() {
        return connectionsOpened.sum() - connectionsClosed.sum();
    }

    public long memberships() {
        return memberships.sum();
    }

    public long messagesReceived() {
        return messagesReceived.sum();
    }

    public long messagesDelivered() {
        return messagesDelivered.sum();
    }

    public long messagesDropped() {
        return messagesDropped.sum();
    }

    public long openRequests() {
        return openRequests.sum();
    }

    public void connectionOpened() {
        connectionsOpened.increment();
        tell(RoomcastListener::connectionOpened);
    }

    public void connectionClosed(int code) {
        connectionsClosed.increment();
        tell(listener -> listener.connectionClosed(code));
    }

    public void handshakeRefused(int httpStatus, String reason) {
        tell(listener -> listener.handshakeRefused(httpStatus, reason));
    }

    public void peerWelcomed() {
        tell(RoomcastListener::peerWelcomed);
    }

    public void peerDisconnected(String peerId) {
        disconnectedPeers.increment();
        tell(listener -> listener.peerDisconnected(peerId));
    }

    public void peerResumed(String peerId, long framesSentAgain) {
        disconnectedPeers.decrement();
        tell(listener -> listener.peerResumed(peerId, framesSentAgain));
    }

    public void peerGivenUp(String peerId, String reason) {
        disconnectedPeers.decrement();
        tell(listener -> listener.peerGivenUp(peerId, reason));
    }

    /** A peer without a connection went to another node. */
    public void peerMovedOut(String peerId) {
        disconnectedPeers.decrement();
        tell(listener -> listener.peerMovedOut(peerId));
    }

    /** A peer without a connection came from another node; it has one in a moment. */
    public void peerMovedIn(String peerId) {
        disconnectedPeers.increment();
        tell(listener -> listener.peerMovedIn(peerId));
    }

    public long disconnectedPeers() {
        return disconnectedPeers.sum();
    }

    public void resumeRefused(String reason) {
        tell(listener -> listener.resumeRefused(reason));
    }

    public void joined(String room) {
        memberships.increment();
        tell(listener -> listener.joined(room));
    }

    public void left(String room, LeaveReason reason) {
        memberships.decrement();
        tell(listener -> listener.left(room, reason));
    }

    /** One WebSocket message with its size. */
    public void received(int bytes) {
        if (!listeners.isEmpty()) {
            tell(listener -> listener.received(bytes));
        }
    }

    /** One message of a peer, several of which one WebSocket message can hold. */
    public void messageReceived() {
        messagesReceived.increment();
    }

    public void delivered(String room, int peers, int bytes) {
        messagesDelivered.add(peers);
        if (!listeners.isEmpty()) {
            tell(listener -> listener.delivered(room, peers, bytes));
        }
    }

    public void messageDropped(String room) {
        messagesDropped.increment();
        tell(listener -> listener.messageDropped(room));
    }

    public void messagesConflated(long count) {
        messagesConflated.add(count);
    }

    public long messagesConflated() {
        return messagesConflated.sum();
    }

    /** Returns whether anybody listens, for those who can save themselves the trouble of telling. */
    public boolean isHeard() {
        return !listeners.isEmpty();
    }

    public void policyFlushed(PolicyFlush flush) {
        tell(listener -> listener.policyFlushed(flush));
    }

    /** A request of a peer, or to a peer, that will be closed. */
    public void requestOpened() {
        openRequests.increment();
    }

    public void requestClosed() {
        openRequests.decrement();
    }

    public void requestRefused(int code) {
        tell(listener -> listener.requestRefused(code));
    }

    public void requestFailed(RequestException.Reason reason) {
        tell(listener -> listener.requestFailed(reason));
    }

    public void lateReply() {
        tell(RoomcastListener::lateReply);
    }

    public void readsPaused(String peerId) {
        tell(listener -> listener.readsPaused(peerId));
    }

    public void peerSlow(String peerId, int waitingBytes) {
        tell(listener -> listener.peerSlow(peerId, waitingBytes));
    }

    public void broadcastRefused(String room) {
        tell(listener -> listener.broadcastRefused(room));
    }

    public void errorSent(int code) {
        tell(listener -> listener.errorSent(code));
    }

    public void handlerFailed(String where, Throwable failure) {
        log.warn("{} threw; the node goes on", where, failure);
        tell(listener -> listener.handlerFailed(where, failure));
    }

    public void gap(String room, String originNode, long missed) {
        tell(listener -> listener.gap(room, originNode, missed));
    }

    public void historyLost(String room, HistoryPosition resumesAfter) {
        tell(listener -> listener.historyLost(room, resumesAfter));
    }

    public void historyRecovered(String room, int messages) {
        tell(listener -> listener.historyRecovered(room, messages));
    }

    public void historyUnrecoverable(String room) {
        tell(listener -> listener.historyUnrecoverable(room));
    }

    public void historyRead(String room, int messages) {
        tell(listener -> listener.historyRead(room, messages));
    }

    public void envelopeRefused(String room, String reason) {
        log.debug("ignored an envelope for room {}: {}", room, reason);
        tell(listener -> listener.envelopeRefused(room, reason));
    }

    public void bridgeState(BridgeState state) {
        tell(listener -> listener.bridgeState(state));
    }

    public void nodeJoined(String nodeId) {
        tell(listener -> listener.nodeJoined(nodeId));
    }

    public void nodeLost(String nodeId) {
        tell(listener -> listener.nodeLost(nodeId));
    }

    private void tell(Consumer<RoomcastListener> event) {
        for (int i = 0; i < listeners.size(); i++) {
            try {
                event.accept(listeners.get(i));
            } catch (RuntimeException | Error failure) {
                if (listenerFailureLogged.compareAndSet(false, true)) {
                    log.warn("a RoomcastListener threw; further failures are not logged", failure);
                }
            }
        }
    }
}
