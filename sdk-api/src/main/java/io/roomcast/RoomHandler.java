package io.roomcast;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An application's code for one kind of room. Every callback has a default that does nothing (or admits everybody), so a
 * handler writes only what it needs.
 *
 * <p><b>Threads.</b> The callbacks of one room never run concurrently on a node: each room has a mailbox. Different rooms run
 * in parallel, and one handler object serves them all, so state belongs in something keyed by room. Callbacks run on the
 * node's handler threads and may block, unless the room was declared {@link RoomOptions.Builder#nonBlocking()}: then they run
 * on an IO thread and must not.
 *
 * <p><b>Order.</b> Per room on a node: {@code onOpen}, then any of the others, then {@code onClose}; after that the room may
 * open again. Per peer: {@code onAdmit} (accepted), {@code onJoin}, its messages in the order it sent them, {@code onLeave}.
 *
 * <p><b>Failures.</b> A callback that throws is reported to {@link RoomcastListener#handlerFailed} and logged; the room, the
 * peer and the node live on. If {@code onAdmit} throws, the peer is refused with {@link ErrorCode#HANDLER_FAILED}; if
 * {@code onMessage} throws, the sender gets an error frame with that code.
 */
public interface RoomHandler {

    /** Called when the room gets its first peer on this node, before {@link #onAdmit}. */
    default void onOpen(Room room) {}

    /**
     * Decides whether a peer may join. A snapshot given here is consistent with what follows: the peer gets every broadcast
     * that this handler makes after it returns, and none that it made before. See also {@link BroadcastObserver}.
     */
    default Admission onAdmit(Room room, Peer peer, JoinRequest request) {
        return Admission.accept();
    }

    /** Called when a peer is in the room: broadcasts made from now on reach it. */
    default void onJoin(Room room, Peer peer) {}

    /** Called for each message that a peer sends into the room. Nobody else sees it unless the handler broadcasts it. */
    default void onMessage(Room room, Peer peer, Message message) {}

    /**
     * Called for each request that a peer makes into the room. What the stage completes with is the answer (its event is not
     * sent); it may complete later, on any thread. The peer gets exactly one answer or error, and none if it cancels.
     *
     * <p>To refuse, fail with {@link RequestException#refused}. Any other failure, a throw, a null, or an answer that is too
     * large is reported and answered with {@link ErrorCode#HANDLER_FAILED}. When the request times out (at the latest after
     * {@link Limits#maxRequestTimeout()}), is cancelled, or its peer goes, and the stage is a {@code CompletableFuture}, it
     * is cancelled, in the room's mailbox.
     */
    default CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
        return CompletableFuture.failedFuture(
                RequestException.refused(ErrorCode.REQUEST_NOT_HANDLED, "this room answers no requests"));
    }

    /** Called when a peer is no longer in the room, whatever the cause. Broadcasts do not reach it any more. */
    default void onLeave(Room room, Peer peer, LeaveReason reason) {}

    /**
     * Called when a peer that is in the room has come from another node of the cluster with its session: its connection was lost
     * there, and it came back here in time. To the peer and to the others it never left, so neither {@link #onAdmit} nor
     * {@link #onJoin} is called. Its {@link Peer#attributes()} are empty. A handler that keeps state for each peer makes it here.
     */
    default void onMovedIn(Room room, Peer peer) {}

    /**
     * Called when a peer of this node has gone to another one with its session: see {@link #onMovedIn}. {@link #onLeave} is not
     * called. A handler that keeps state for each peer drops it here.
     */
    default void onMovedOut(Room room, Peer peer) {}

    /** Called for each message that this room's handler on another node sent with {@link Room#tellNodes}. */
    default void onNodeMessage(Room room, String nodeId, Message message) {}

    /**
     * Called when a node that had joined the cluster has left it or is taken for dead. Its peers are gone or will return
     * elsewhere.
     */
    default void onNodeLost(Room room, String nodeId) {}

    /** Called when the room has no peer on this node any more and is about to be freed. */
    default void onClose(Room room) {}
}
