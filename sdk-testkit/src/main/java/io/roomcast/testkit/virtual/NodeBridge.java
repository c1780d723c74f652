package io.roomcast.testkit.virtual;

import io.roomcast.HistoryPosition;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import io.roomcast.testkit.bridge.ForwardingBridgeListener;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A node's bridge, which somebody may listen to and which falls silent when the node is killed. Belongs to the world's thread. */
final class NodeBridge implements Bridge {

    private final int number;
    private final Bridge bridge;
    private final @Nullable HistoryTap tap;
    private final @Nullable Function<BridgeListener, Ear> ears;
    private final Runnable carried;
    private @Nullable Ear ear;
    private boolean silent;

    /**
     * @param ears puts an ear before the node; null = nothing is to happen to what it hears
     * @param tap hears what is appended to histories; null = no room has one
     * @param carried run for each envelope that comes, where there is no ear
     */
    NodeBridge(
            int number,
            Bridge bridge,
            @Nullable Function<BridgeListener, Ear> ears,
            @Nullable HistoryTap tap,
            Runnable carried) {
        this.number = number;
        this.tap = tap;
        this.carried = carried;
        this.bridge = bridge;
        this.ears = ears;
    }

    /** Returns what can be done to what the node hears, null if nothing. */
    @Nullable
    Ear ear() {
        return ear;
    }

    /** The node was killed: it says nothing more. */
    void silence() {
        silent = true;
        if (ear != null) {
            ear.end();
        }
    }

    @Override
    public void start(String nodeId, BridgeListener listener) {
        if (ears != null) {
            ear = ears.apply(listener);
            bridge.start(nodeId, ear);
        } else {
            bridge.start(nodeId, new Counting(listener));
        }
    }

    /** Counts what comes. */
    private final class Counting extends ForwardingBridgeListener {

        Counting(BridgeListener node) {
            super(node);
        }

        @Override
        public void onEnvelope(String room, byte[] envelope) {
            carried.run();
            super.onEnvelope(room, envelope);
        }

        @Override
        public void onAppended(String room, HistoryPosition position, byte[] envelope) {
            carried.run();
            super.onAppended(room, position, envelope);
        }
    }

    @Override
    public CompletionStage<Void> publish(String room, byte[] envelope) {
        return silent ? dead() : bridge.publish(room, envelope);
    }

    @Override
    public CompletionStage<Void> send(String nodeId, String room, byte[] envelope) {
        return silent ? dead() : bridge.send(nodeId, room, envelope);
    }

    @Override
    public CompletionStage<Void> subscribe(String room) {
        if (silent) {
            return dead();
        }
        if (ear != null) {
            ear.subscribed(room);
        }
        return bridge.subscribe(room);
    }

    @Override
    public CompletionStage<Appended> append(
            String room, Retention retention, @Nullable String messageId, byte[] envelope) {
        if (silent) {
            return dead();
        }
        CompletionStage<Appended> done = bridge.append(room, retention, messageId, envelope);
        HistoryTap told = tap;
        return told == null
                ? done
                : done.thenApply(appended -> {
                    if (!appended.duplicate()) {
                        told.appended(number, room, retention, appended.position(), envelope);
                    }
                    return appended;
                });
    }

    @Override
    public CompletionStage<HistoryPosition> subscribeHistory(String room, Retention retention) {
        if (silent) {
            return dead();
        }
        Ear hearing = ear;
        if (hearing == null) {
            return bridge.subscribeHistory(room, retention);
        }
        hearing.subscribed(room);
        return bridge.subscribeHistory(room, retention).thenApply(position -> {
            hearing.subscribedHistory(room, position, retention);
            return position;
        });
    }

    @Override
    public CompletionStage<HistorySlice> readHistory(String room, Retention retention, long after, int limit) {
        return silent ? dead() : bridge.readHistory(room, retention, after, limit);
    }

    @Override
    public void unsubscribe(String room) {
        if (!silent) {
            bridge.unsubscribe(room);
            if (ear != null) {
                ear.unsubscribed(room);
            }
        }
    }

    @Override
    public Set<String> nodes() {
        return bridge.nodes();
    }

    @Override
    public BridgeState state() {
        return silent ? BridgeState.CLOSED : bridge.state();
    }

    @Override
    public void close() {
        bridge.close();
    }

    private static <T> CompletionStage<T> dead() {
        return CompletableFuture.failedStage(new RoomcastException("the node was killed"));
    }
}
