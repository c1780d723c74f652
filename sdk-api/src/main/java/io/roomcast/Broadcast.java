package io.roomcast;

import java.time.Duration;
import java.util.Collection;

/**
 * One message on its way to a room: say who gets it and how, then {@link #send()}.
 *
 * <pre>{@code room.broadcast("said", text).except(peer).send();}</pre>
 *
 * <p>A builder for one thread. The message is encoded once for each subprotocol in use in the room, however many peers get
 * it.
 *
 * <p><b>Order.</b> The broadcasts that one node makes into one room from one thread, or from the room's handler, reach every
 * peer in the order they were sent, on all nodes; no peer sees one twice. Broadcasts from different nodes may reach
 * different nodes in different order.
 *
 * <p><b>History.</b> In a room that has one ({@link RoomOptions.Builder#history}) a broadcast stands in it when it is for the whole
 * room (with or without exceptions) and reliable: not {@link #toPeers}, not {@link #volatileDelivery}, not {@link #latest}, not
 * {@link #withAck}, and without a {@link DeliveryPolicy} for its event. Such broadcasts reach every peer of every node in the order
 * of the history, and only once the history has them. All others go their way at once, as in rooms without history: there
 * is no order between the two.
 */
public interface Broadcast {

    /** The longest {@link #messageId} in UTF-8 bytes. */
    int MAX_MESSAGE_ID_BYTES = 128;

    /** Leaves out one peer. May be called more than once, for at most 1,000 peers. */
    Broadcast except(Peer peer);

    /** Leaves out peers by id, on whatever node they are. At most 1,000 in all. */
    Broadcast except(Collection<String> peerIds);

    /**
     * Restricts the message to these peers, on whatever node they are. Those that are not in the room are passed over. May
     * be called more than once, for at most 1,000 peers in all; they add up.
     */
    Broadcast toPeers(Collection<String> peerIds);

    /** Restricts the message to one peer. See {@link #toPeers(Collection)}. */
    Broadcast toPeers(String... peerIds);

    /** Tells the receivers which peer the message comes from. Left out otherwise: it costs some 18 bytes a message. */
    Broadcast from(Peer peer);

    /**
     * Lets a peer that does not keep up miss the message: it is dropped for a peer whose connection has bytes waiting,
     * counted, and reported to {@link RoomcastListener#messageDropped}.
     */
    Broadcast volatileDelivery();

    /**
     * Gives the message the key that the {@link DeliveryPolicy} of its event goes by, on every node. Without such a policy it
     * changes nothing.
     *
     * @param key at most {@link DeliveryPolicy#MAX_KEY_BYTES} UTF-8 bytes
     */
    Broadcast key(String key);

    /**
     * Gives the message a {@link #key}, and lets a peer that does not keep up miss it for a newer one: while bytes of earlier messages
     * wait for a peer's connection, a message replaces the one of the same event and key that waits for the same peer. Where the
     * event has a {@link DeliveryPolicy} that decides instead.
     *
     * @param key at most {@link DeliveryPolicy#MAX_KEY_BYTES} UTF-8 bytes
     */
    Broadcast latest(String key);

    /**
     * Makes it safe to send the broadcast again when the fate of the first attempt is unknown: while the room's history has a
     * broadcast with this id, another one with it changes nothing, whichever node sends it. {@link Receipt#appended()} tells.
     *
     * @param id unique within the room; 1 to {@value #MAX_MESSAGE_ID_BYTES} UTF-8 bytes
     */
    Broadcast messageId(String id);

    /**
     * Lets the peers that get the message answer it, as they answer {@link Room#request}. The result is sent instead of this
     * broadcast, which cannot be sent any more. Costs each of them a request and an answer, and an envelope to and from every
     * live node.
     *
     * @param timeout how long the answers may take; 1 ms to {@link Limits#maxRequestTimeout()}
     * @throws IllegalStateException if it was sent before, or delivery is volatile or {@link #latest}: whoever may miss it cannot
     *     answer it
     */
    AcknowledgedBroadcast withAck(Duration timeout);

    /**
     * Sends it. Never blocks.
     *
     * @return what happened between the nodes; delivery on this node needs no waiting for
     * @throws IllegalStateException if it was sent before, or if it is both {@link #latest} and {@link #volatileDelivery}, or if it
     *     has a {@link #messageId} and does not go into a history
     * @throws IllegalArgumentException if the message is larger than {@link Limits#outboundBytesPerPeer()} less 1,024 bytes
     */
    Receipt send();
}
