package io.roomcast.runtime.room;

import io.roomcast.Acks;
import io.roomcast.HistoryPosition;
import io.roomcast.Message;
import io.roomcast.Receipt;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Retention;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What rooms need of the other nodes. The floor above implements it. Every method may be called from any thread. */
public interface Uplink {

    /** Carries a broadcast to the other nodes that have peers in the room, or that have the peers it is addressed to. */
    Published publish(String room, Message message, Addressing addressing);

    /**
     * Carries a broadcast to all other nodes, or to those that may have the peers it is addressed to, and brings back what
     * their peers answer.
     *
     * @return by node: its answer, or a failure when the node is lost or cannot be reached. It may never come; whoever gives up
     *     waiting completes it
     */
    Map<String, CompletableFuture<Acks>> ask(String room, Message message, Addressing addressing, int timeoutMillis);

    /** No other node will answer any more: what {@link #ask} returned and is still open fails. */
    void disconnected();

    /** Carries a message to the handlers of the room on the other nodes, or on one of them. */
    Receipt tellNodes(String room, @Nullable String nodeId, Message message);

    /** See {@link io.roomcast.bridge.Bridge#subscribe}. */
    CompletionStage<Void> subscribe(String room);

    /** See {@link io.roomcast.bridge.Bridge#append}. */
    CompletionStage<Appended> append(
            String room, Retention retention, @Nullable String messageId, Message message, Addressing addressing);

    /** See {@link io.roomcast.bridge.Bridge#subscribeHistory}. */
    CompletionStage<HistoryPosition> subscribeHistory(String room, Retention retention);

    /** See {@link io.roomcast.bridge.Bridge#readHistory}. */
    CompletionStage<LoggedPage> readHistory(String room, Retention retention, long after, int limit);

    /** See {@link io.roomcast.bridge.Bridge#unsubscribe}. */
    void unsubscribe(String room);
}
