package io.roomcast.runtime.bridge;

import io.roomcast.HistoryPosition;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.mailbox.Mailbox;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
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
 * publish fails for that node, which sees the loss as a gap; the other nodes get the envelope. Entries of a room's log that found the
 * queue full are told from the log when half of it is empty. What arrives is in one order per
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
    /** What this node hears of logs, by room. */
    private final ConcurrentMap<String, HistoryFeed> feeds = new ConcurrentHashMap<>();

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
        endFeed(feeds.remove(room));
    }

    @Override
    public CompletionStage<Appended> append(
            String room, Retention retention, @Nullable String messageId, byte[] envelope) {
        if (state != BridgeState.UP) {
            return closed();
        }
        return CompletableFuture.completedStage(hub.history().append(room, retention, messageId, envelope));
    }

    @Override
    public CompletionStage<HistoryPosition> subscribeHistory(String room, Retention retention) {
        if (state != BridgeState.UP) {
            return closed();
        }
        hub.subscribe(room, this);
        HistoryFeed feed = hub.history().subscribe(room, retention, this);
        endFeed(feeds.put(room, feed));
        if (state == BridgeState.CLOSED) {
            unsubscribe(room);
        }
        return CompletableFuture.completedStage(feed.begin());
    }

    @Override
    public CompletionStage<HistorySlice> readHistory(String room, Retention retention, long after, int limit) {
        if (state != BridgeState.UP) {
            return closed();
        }
        return CompletableFuture.completedStage(hub.history().read(room, retention, after, limit));
    }

    private void endFeed(@Nullable HistoryFeed feed) {
        if (feed != null) {
            hub.history().unsubscribe(feed);
        }
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
            feeds.keySet().forEach(this::unsubscribe);
        }
    }

    /** The nodes besides this one are these now. Under the hub's lock. */
    void others(Set<String> nodes) {
        others = nodes;
    }

    /** Queues an envelope of another node. Returns false at the bound. */
    boolean arrive(String room, byte[] envelope) {
        if (isFull()) {
            return false;
        }
        arrivals.add(() -> {
            BridgeListener to = living();
            if (to != null) {
                to.onEnvelope(room, envelope);
            }
        });
        return true;
    }

    /** Returns whether its queue is at the bound. */
    boolean isFull() {
        return arrivals.isFull();
    }

    /** Lets a feed that found the queue full go on when half of it is empty. Not within this call, which is made under the log's lock. */
    void catchUpLater(HistoryFeed feed) {
        hub.later(
                () -> arrivals.whenHalfEmpty(() -> hub.later(() -> hub.history().catchUp(feed))));
    }

    /** Tells the node something, after what already waits for it. */
    void tell(Call call) {
        arrivals.add(() -> {
            BridgeListener to = living();
            if (to != null) {
                call.on(to);
            }
        });
    }

    private @Nullable BridgeListener living() {
        return state == BridgeState.CLOSED ? null : listener;
    }

    /** One call of a listener. */
    interface Call {
        void on(BridgeListener listener);
    }

    private static <T> CompletionStage<T> closed() {
        return CompletableFuture.failedStage(new RoomcastException("the bridge is not started, or closed"));
    }
}
