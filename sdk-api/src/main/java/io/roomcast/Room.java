package io.roomcast;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * A named group of peers, the same on every node of the cluster. This object is one node's view of it: cheap, and usable
 * from any thread, also after the last peer of this node has left.
 */
public interface Room {

    /** Returns the name, 1 to 255 UTF-8 bytes. */
    String name();

    /** Returns what the variables of the room's pattern stand for: {@code topic → jazz} in {@code chat/jazz}. */
    Map<String, String> parameters();

    /** Starts a broadcast of a message to the peers of the room on all nodes. Nothing happens before its {@code send}. */
    Broadcast broadcast(Message message);

    /** Starts a broadcast of text. */
    default Broadcast broadcast(String event, String text) {
        return broadcast(Message.of(event, text));
    }

    /** Starts a broadcast of bytes. */
    default Broadcast broadcast(String event, byte[] payload) {
        return broadcast(Message.of(event, payload));
    }

    /** Starts a broadcast of a typed value. */
    default <T> Broadcast broadcast(String event, Codec<T> codec, T value) {
        return broadcast(Message.of(event, codec, value));
    }

    /**
     * Sends a message to the handlers of this room on the <em>other</em> nodes that have peers in it, where it arrives at
     * {@link RoomHandler#onNodeMessage}. Peers do not see it. In order with the broadcasts of this node into this room;
     * lost while the bridge is down.
     */
    Receipt tellNodes(Message message);

    /** Like {@link #tellNodes}, to one node. A node that is not there, or has no peer in the room, ignores it. */
    Receipt tellNode(String nodeId, Message message);

    /**
     * Asks one peer of the room, on whatever node it is, and waits for its answer. In order with the broadcasts of this node
     * into this room.
     *
     * @param timeout how long the answer may take; 1 ms to {@link Limits#maxRequestTimeout()}
     * @return completes with the answer, whose event is that of the message, or with a {@link RequestException}; exactly one of
     *     the two. On an IO thread or a thread of the bridge: what hangs on it does not block. Cancelled, as a
     *     {@code CompletableFuture}, it tells a peer of this node that nobody waits any more. Requests to peers of other nodes
     *     count towards {@link Limits#maxAcknowledgedBroadcasts()}
     * @throws IllegalArgumentException if the timeout is out of range, or the message larger than
     *     {@link Limits#outboundBytesPerPeer()} less 1,024 bytes
     */
    CompletionStage<Message> request(String peerId, Message message, Duration timeout);

    /**
     * Reads the newest broadcasts of the room's history, from any node.
     *
     * @param limit the most entries, 1 to {@value HistoryPage#MAX_LIMIT}
     * @return completes with them in the order of their offsets, or with a {@link RoomcastException} when the bridge cannot be asked
     *     now. On a thread of the bridge: what hangs on it does not block
     * @throws IllegalStateException if the room has no history
     */
    CompletionStage<HistoryPage> history(int limit);

    /**
     * Reads the room's history from a place on: the oldest broadcasts behind it that are still there.
     *
     * @param after the offset before the first one wanted; 0 = from the beginning. One from the future gives an empty page. Compare
     *     the epoch of the page with the one from which the offset is
     * @param limit the most entries, 1 to {@value HistoryPage#MAX_LIMIT}
     * @return as {@link #history(int)}
     * @throws IllegalStateException if the room has no history
     */
    CompletionStage<HistoryPage> history(long after, int limit);

    /** Returns the peers of the room on this node, as they were at some moment during the call, in no promised order. */
    Collection<Peer> localPeers();
}
