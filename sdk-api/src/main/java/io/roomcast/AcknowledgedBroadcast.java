package io.roomcast;

import java.util.concurrent.CompletionStage;

/** A broadcast whose receivers answer. See {@link Broadcast#withAck}. For one thread. */
public interface AcknowledgedBroadcast {

    /**
     * Sends it. Never blocks.
     *
     * @return completes with what is known when every peer has answered or gone, or when the time is over; a second later at
     *     most when a whole node stays silent. A silent peer or a lost node never makes it fail. Fails with
     *     {@link RequestException.Reason#TOO_MANY} when {@link Limits#maxAcknowledgedBroadcasts()} of this node are open already:
     *     and with {@link RoomcastException} at the bounds at which a {@link Receipt} fails; then the peers of this node did not get
     *     the message.
     *     Completes on an IO thread or a thread of the bridge: what hangs on it does not block.
     * @throws IllegalStateException if it was sent before
     * @throws IllegalArgumentException if the message is larger than {@link Limits#outboundBytesPerPeer()} less 1,024 bytes
     */
    CompletionStage<Acks> send();
}
