package io.roomcast.testkit;

import io.roomcast.Admission;
import io.roomcast.BroadcastObserver;
import io.roomcast.JoinRequest;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * A handler around another one, or around none, that writes down which callbacks were called, in order.
 *
 * <pre>{@code
 * RecordedHandler chat = RecordedHandler.around(new ChatRoom());
 * …
 * assertThat(chat.calls("chat/jazz")).containsExactly("open", "admit", "join", "message said", "leave LEFT", "close");
 * }</pre>
 *
 * <p>Use one object for each node. Safe to use from any thread. It keeps everything: it is for tests.
 */
public class RecordedHandler implements RoomHandler {

    private final RoomHandler inner;
    /** By room. Guarded by itself. */
    private final Map<String, List<String>> calls = new LinkedHashMap<>();

    private RecordedHandler(RoomHandler inner) {
        this.inner = inner;
    }

    /** Returns one that does nothing else. */
    public static RecordedHandler ofNothing() {
        return around(new RoomHandler() {});
    }

    /** Returns one around a handler, which may be a {@link BroadcastObserver}. */
    public static RecordedHandler around(RoomHandler handler) {
        return handler instanceof BroadcastObserver observer
                ? new Observing(handler, observer)
                : new RecordedHandler(handler);
    }

    /**
     * Returns the calls for one room: {@code open}, {@code admit}, {@code join}, {@code message EVENT}, {@code request EVENT},
     * {@code broadcast EVENT}, {@code leave REASON}, {@code moved in}, {@code moved out}, {@code node message EVENT}, {@code node lost}, {@code close}.
     */
    public final List<String> calls(String room) {
        synchronized (calls) {
            return List.copyOf(calls.getOrDefault(room, List.of()));
        }
    }

    @Override
    public final void onOpen(Room room) {
        record(room, "open");
        inner.onOpen(room);
    }

    @Override
    public final Admission onAdmit(Room room, Peer peer, JoinRequest request) {
        record(room, "admit");
        return inner.onAdmit(room, peer, request);
    }

    @Override
    public final void onJoin(Room room, Peer peer) {
        record(room, "join");
        inner.onJoin(room, peer);
    }

    @Override
    public final void onMessage(Room room, Peer peer, Message message) {
        record(room, "message " + message.event());
        inner.onMessage(room, peer, message);
    }

    @Override
    public final CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
        record(room, "request " + request.event());
        return inner.onRequest(room, peer, request);
    }

    @Override
    public final void onLeave(Room room, Peer peer, LeaveReason reason) {
        record(room, "leave " + reason);
        inner.onLeave(room, peer, reason);
    }

    @Override
    public final void onMovedIn(Room room, Peer peer) {
        record(room, "moved in");
        inner.onMovedIn(room, peer);
    }

    @Override
    public final void onMovedOut(Room room, Peer peer) {
        record(room, "moved out");
        inner.onMovedOut(room, peer);
    }

    @Override
    public final void onNodeMessage(Room room, String nodeId, Message message) {
        record(room, "node message " + message.event());
        inner.onNodeMessage(room, nodeId, message);
    }

    @Override
    public final void onNodeLost(Room room, String nodeId) {
        record(room, "node lost");
        inner.onNodeLost(room, nodeId);
    }

    @Override
    public final void onClose(Room room) {
        record(room, "close");
        inner.onClose(room);
    }

    final void record(Room room, String call) {
        synchronized (calls) {
            calls.computeIfAbsent(room.name(), name -> new ArrayList<>()).add(call);
        }
    }

    private static final class Observing extends RecordedHandler implements BroadcastObserver {

        private final BroadcastObserver observer;

        Observing(RoomHandler handler, BroadcastObserver observer) {
            super(handler);
            this.observer = observer;
        }

        @Override
        public void onBroadcast(Room room, Message message) {
            record(room, "broadcast " + message.event());
            observer.onBroadcast(room, message);
        }
    }
}
