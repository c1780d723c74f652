package io.roomcast.bridge;

import io.roomcast.HistoryPosition;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What joins the nodes of a cluster: it carries envelopes, bytes that it does not look at, from one node to the others that
 * have an interest in a room, or to one node.
 *
 * <p>One object serves one node. {@link #start} is called once, before anything else; {@link #close} once, after everything
 * else. Every other method may be called from any thread, also from an IO thread, and must not block.
 *
 * <p><b>Order.</b> The envelopes that one node publishes to one room, or sends to a node about one room, arrive at each node in
 * the order in which the calls were made, none twice. What the nodes publish to one room arrives at all nodes in one and the same
 * order: sessions that go from node to node rely on it. There is no order between rooms. A room may be empty text: what is sent
 * about none.
 *
 * <p><b>Loss.</b> An envelope may be lost while the bridge is not {@link BridgeState#UP}. The runtime numbers envelopes and
 * notices; a bridge need not say what it lost, only that it was interrupted ({@link BridgeListener#onState}).
 *
 * <p><b>History.</b> A room whose options declare it has a log on the bridge, one for all nodes. Its entries have the offsets 1, 2, 3 …
 * within an epoch; a log that was lost or emptied begins another epoch. Every node is told the same entries in the same order, the
 * one that appended included. What one thread of a node appends stands in the log in the order of the calls. Between what is appended and what is published to the same room there is no order.
 *
 * <p><b>Bounds.</b> A bridge bounds what waits in it and fails a publish at the bound with a
 * {@link io.roomcast.RoomcastException} rather than block or grow.
 */
public interface Bridge extends AutoCloseable {

    /**
     * Joins the cluster.
     *
     * @param nodeId this node's id, unique in the cluster and new at every start
     * @param listener told what arrives; see there for its threads
     * @throws io.roomcast.RoomcastException if the bridge can never work as configured. A bridge whose server is just not
     *     there starts as {@link BridgeState#DEGRADED} instead.
     */
    void start(String nodeId, BridgeListener listener);

    /**
     * Carries an envelope to every other node that has an interest in the room; never back to this one.
     *
     * @return completes when the bridge has taken it over, exceptionally when it has not. Never hangs.
     */
    CompletionStage<Void> publish(String room, byte[] envelope);

    /**
     * Carries an envelope to one node, in order with what this node publishes to the same room.
     *
     * @param room what it is about; the receiver need not have an interest in it
     * @return completes when the bridge has taken it over, exceptionally when it has not or no such node is known. Never hangs.
     */
    CompletionStage<Void> send(String nodeId, String room, byte[] envelope);

    /**
     * Says that this node wants what others publish to a room.
     *
     * @return completes when the interest is in force: what others publish after that moment arrives. Exceptionally when the
     *     bridge cannot say, then it brings the interest into force as soon as it can. Never hangs.
     */
    CompletionStage<Void> subscribe(String room);

    /**
     * Appends an envelope to a room's log and carries it to every node that wants the log, this one included.
     *
     * @param retention how much the log keeps from now on; the message ids of what it forgets are forgotten too
     * @param messageId of at most {@link io.roomcast.Broadcast#MAX_MESSAGE_ID_BYTES} UTF-8 bytes; null = none. An append whose id the
     *     log knows already changes nothing and completes with the position of the first one, as a duplicate.
     * @param envelope not changed by anybody any more; names its origin
     * @return completes when the log has it; exceptionally when that is not known. Then it may be there all the same. Never hangs.
     */
    CompletionStage<Appended> append(String room, Retention retention, @Nullable String messageId, byte[] envelope);

    /**
     * Says that this node wants a room's log, and what others publish to the room, as {@link #subscribe} does.
     *
     * @return completes with a position: {@link BridgeListener#onAppended} tells every entry after it, perhaps before the stage
     *     completes. Exceptionally when the bridge cannot say, then it brings the interest into force as soon as it can and begins with
     *     {@link BridgeListener#onHistoryLost}. Never hangs.
     */
    CompletionStage<HistoryPosition> subscribeHistory(String room, Retention retention);

    /**
     * Reads from a room's log.
     *
     * @param after the offset before the first one wanted. One from the future is no error: no entry follows it.
     * @param limit the most entries, 1 to {@link HistorySlice#MAX_LIMIT}
     * @return completes with the oldest entries after that offset that the log still has. Never hangs.
     */
    CompletionStage<HistorySlice> readHistory(String room, Retention retention, long after, int limit);

    /** Says that this node no longer wants what others publish to a room, nor its log. */
    void unsubscribe(String room);

    /** Returns the ids of the other nodes taken for alive. */
    Set<String> nodes();

    /** Returns how it is. */
    BridgeState state();

    /** Leaves the cluster and frees every thread and connection. What still waits is failed. Idempotent. */
    @Override
    void close();
}
