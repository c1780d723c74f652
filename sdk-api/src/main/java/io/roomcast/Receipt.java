package io.roomcast;

import java.util.concurrent.CompletionStage;

/**
 * What became of a broadcast. On its own node it is queued for the peers whatever the bridge says, unless it was refused there at
 * a bound ({@link Limits.Builder#outboundBytesPerNode}, or a full mailbox of an observed room): then nobody gets it anywhere.
 */
public interface Receipt {

    /**
     * Completes when the bridge took the message over, at once where there is no bridge or no other node has an interest.
     * Completes with a {@link RoomcastException} when the bridge refused or lost it: the peers of this node get the message,
     * those of the others do not. Completes with one, too, when the broadcast was refused on its own node.
     */
    CompletionStage<Void> published();
}
