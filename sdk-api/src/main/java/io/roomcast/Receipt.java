package io.roomcast;

import io.roomcast.bridge.Appended;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What became of a broadcast. One that goes into a room's history is delivered on every node, its own too, when the history has it.
 * Any other is delivered on its own node at once: on its own node it is queued for the peers whatever the bridge says, unless it was refused there at
 * a bound ({@link Limits.Builder#outboundBytesPerNode}, or a full mailbox of an observed room): then nobody gets it anywhere.
 */
public interface Receipt {

    /**
     * Completes when the bridge took the message over, at once where there is no bridge or no other node has an interest.
     * Completes with a {@link RoomcastException} when the bridge refused or lost it: the peers of this node get the message,
     * those of the others do not. Completes with one, too, when the broadcast was refused on its own node.
     *
     * <p>For a broadcast that goes into a history: completes when the history has it, exceptionally when that is not known. Then
     * nobody may get it, or everybody; sending it again is safe with a {@link Broadcast#messageId}.
     */
    CompletionStage<Void> published();

    /**
     * Completes as {@link #published} does, with the place of the broadcast in the room's history and whether it was there before;
     * empty if it does not go into one.
     */
    default CompletionStage<Optional<Appended>> appended() {
        return published().thenApply(published -> Optional.empty());
    }
}
