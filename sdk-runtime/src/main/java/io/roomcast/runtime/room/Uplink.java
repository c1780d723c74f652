package io.roomcast.runtime.room;

import io.roomcast.Message;
import io.roomcast.Receipt;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What rooms need of the other nodes. The floor above implements it. Every method may be called from any thread. */
public interface Uplink {

    /** Carries a broadcast to the other nodes that have peers in the room, or that have the peers it is addressed to. */
    Receipt publish(String room, Message message, Addressing addressing);

    /** Carries a message to the handlers of the room on the other nodes, or on one of them. */
    Receipt tellNodes(String room, @Nullable String nodeId, Message message);

    /** See {@link io.roomcast.bridge.Bridge#subscribe}. */
    CompletionStage<Void> subscribe(String room);

    /** See {@link io.roomcast.bridge.Bridge#unsubscribe}. */
    void unsubscribe(String room);
}
