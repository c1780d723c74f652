package io.roomcast.runtime.bridge;

import io.roomcast.RoomcastException;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.runtime.mailbox.Mailbox;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Joins nodes that live in one process, through a {@link LocalHub}:
 *
 * <pre>{@code
 * LocalHub hub = LocalHub.create();
 * Roomcast one = Roomcast.builder().listen(8081).room("chat/{topic}", handler).bridge(hub.bridge()).start();
 * Roomcast two = Roomcast.builder().listen(8082).room("chat/{topic}", handler).bridge(hub.bridge()).start();
 * }</pre>
 *
 * <p>Each node has one queue of what arrives for it, of at most {@value LocalHub#QUEUE_CAPACITY} envelopes. At the bound a
 * publish fails for that node, which sees the loss as a gap; the other nodes get the envelope. What arrives is in one order per
 * node, and per origin in the order of the calls.
 */
final class LocalBridge implements Bridge {

    private final LocalHub hub;
    private final Mailbox arrivals;
    /** Set by {@link #start}, before any other node can know of this one. */
    private volatile @Nullable String nodeId;

    private volatile @Nullable BridgeListener listener;
    private volatile BridgeState state = BridgeState.DEGRADED;
    private volatile Set<String> others = Set.of();

    LocalBridge(LocalHub hub, Mailbox arrivals) {
        this.hub = hub;
        this.arrivals = arrivals;
    }

    @Override
    public void start(String id, BridgeListener told) {
        if (nodeId != null) {
            throw new IllegalStateException("this bridge was started before, expected one bridge for each node");
        }
        nodeId = id;
        listener = told;
        state = BridgeState.UP;
        tell(to -> to.onState(BridgeState.UP));
        hub.join(id, this);
    }

    @Override
    public CompletionStage<Void> publish(String room, byte[] envelope) {
        if (state != BridgeState.UP) {
            return closed();
        }
        return hub.publish(this, room, envelope);
    }

    @Override
    public CompletionStage<Void> send(String toNode, String room, byte[] envelope) {
        if (state != BridgeState.UP) {
            return closed();
        }
        return hub.send(toNode, room, envelope);
    }

    @Override
    public CompletionStage<Void> subscribe(String room) {
        hub.subscribe(room, this);
        return LocalHub.DONE;
    }

    @Override
    public void unsubscribe(String room) {
        hub.unsubscribe(room, this);
    }

    @Override
    public Set<String> nodes() {
        return others;
    }

    @Override
    public BridgeState state() {
        return state;
    }

    @Override
    public void close() {
        String self = nodeId;
        if (state == BridgeState.UP && self != null) {
            state = BridgeState.CLOSED;
            hub.leave(self, this);
        }
    }

    /** The nodes besides this one are these now. Under the hub's lock. */
    void others(Set<String> nodes) {
        others = nodes;
    }

    /** Queues an envelope of another node. Returns false at the bound. */
    boolean arrive(String room, byte[] envelope) {
        if (arrivals.isFull()) {
            return false;
        }
        tell(to -> to.onEnvelope(room, envelope));
        return true;
    }

    /** Tells the node something, after what already waits for it. */
    void tell(Call call) {
        arrivals.add(() -> {
            BridgeListener to = listener;
            if (to != null && state != BridgeState.CLOSED) {
                call.on(to);
            }
        });
    }

    /** One call of a listener. */
    interface Call {
        void on(BridgeListener listener);
    }

    private static CompletionStage<Void> closed() {
        return CompletableFuture.failedStage(new RoomcastException("the bridge is not started, or closed"));
    }
}
