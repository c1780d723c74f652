package io.roomcast.testkit.oracle;

import io.roomcast.Admission;
import io.roomcast.BroadcastObserver;
import io.roomcast.JoinRequest;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import java.util.concurrent.CompletionStage;

/**
 * An application's handler, with somebody who looks over its shoulder: what it is given and what it broadcasts is told to a {@link Watcher}. It sees a
 * {@link Room} that does what the real one does.
 */
public class WatchedHandler implements RoomHandler {

    private final RoomHandler handler;
    private final Watcher watcher;
    private final int node;
    private final RoomOptions options;

    private WatchedHandler(RoomHandler handler, Watcher watcher, int node, RoomOptions options) {
        this.handler = handler;
        this.watcher = watcher;
        this.node = node;
        this.options = options;
    }

    /** Returns a handler that is watched. @param node the number of the node that it works on @param options those of its rooms */
    public static RoomHandler of(RoomHandler handler, Watcher watcher, int node, RoomOptions options) {
        return handler instanceof BroadcastObserver observer
                ? new Observing(handler, observer, watcher, node, options)
                : new WatchedHandler(handler, watcher, node, options);
    }

    /** One that keeps the handler's snapshots in step with broadcasts. */
    private static final class Observing extends WatchedHandler implements BroadcastObserver {

        private final BroadcastObserver observer;

        Observing(RoomHandler handler, BroadcastObserver observer, Watcher watcher, int node, RoomOptions options) {
            super(handler, watcher, node, options);
            this.observer = observer;
        }

        @Override
        public void onBroadcast(Room room, Message message) {
            observer.onBroadcast(watched(room), message);
        }
    }

    final Room watched(Room room) {
        return new WatchedRoom(room, watcher, node, options);
    }

    @Override
    public void onOpen(Room room) {
        handler.onOpen(watched(room));
    }

    @Override
    public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
        return handler.onAdmit(watched(room), peer, request);
    }

    @Override
    public void onJoin(Room room, Peer peer) {
        handler.onJoin(watched(room), peer);
    }

    @Override
    public void onMessage(Room room, Peer peer, Message message) {
        watcher.handled(node, room.name(), message);
        handler.onMessage(watched(room), peer, message);
    }

    @Override
    public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
        watcher.handled(node, room.name(), request);
        return handler.onRequest(watched(room), peer, request);
    }

    @Override
    public void onLeave(Room room, Peer peer, LeaveReason reason) {
        handler.onLeave(watched(room), peer, reason);
    }

    @Override
    public void onNodeMessage(Room room, String nodeId, Message message) {
        handler.onNodeMessage(watched(room), nodeId, message);
    }

    @Override
    public void onNodeLost(Room room, String nodeId) {
        handler.onNodeLost(watched(room), nodeId);
    }

    @Override
    public void onClose(Room room) {
        handler.onClose(watched(room));
    }
}
