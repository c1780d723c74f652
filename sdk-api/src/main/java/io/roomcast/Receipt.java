package io.roomcast;

import java.util.concurrent.CompletionStage;

/** What became of a broadcast between the nodes. On its own node it is queued for the peers whatever the receipt says. */
public interface Receipt {

    /**
     * Completes when the bridge took the message over, at once where there is no bridge or no other node has an interest.
     * Completes with a {@link RoomcastException} when the bridge refused or lost it: the peers of this node get the message,
     * those of the others do not.
     */
    CompletionStage<Void> published();
}
