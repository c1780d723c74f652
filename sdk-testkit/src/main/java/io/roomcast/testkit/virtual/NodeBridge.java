package io.roomcast.testkit.virtual;

import io.roomcast.RoomcastException;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A node's bridge, which somebody may listen to and which falls silent when the node is killed. Belongs to the world's thread. */
final class NodeBridge implements Bridge {

    private final Bridge bridge;
    private final @Nullable Function<BridgeListener, Ear> ears;
    private final Runnable carried;
    private @Nullable Ear ear;
    private boolean silent;

    /**
     * @param ears puts an ear before the node; null = nothing is to happen to what it hears
     * @param carried run for each envelope that comes, where there is no ear
     */
    NodeBridge(Bridge bridge, @Nullable Function<BridgeListener, Ear> ears, Runnable carried) {
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
    private final class Counting implements BridgeListener {

        private final BridgeListener node;

        Counting(BridgeListener node) {
            this.node = node;
        }

        @Override
        public void onEnvelope(String room, byte[] envelope) {
            carried.run();
            node.onEnvelope(room, envelope);
        }

        @Override
        public void onNodeJoined(String nodeId) {
            node.onNodeJoined(nodeId);
        }

        @Override
        public void onNodeLost(String nodeId) {
            node.onNodeLost(nodeId);
        }

        @Override
        public void onState(BridgeState state) {
            node.onState(state);
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

    private static CompletionStage<Void> dead() {
        return CompletableFuture.failedStage(new RoomcastException("the node was killed"));
    }
}
