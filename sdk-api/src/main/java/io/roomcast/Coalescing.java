package io.roomcast;

import java.time.Duration;

/** Ready-made delivery policies. */
public final class Coalescing {

    /** The longest that ICE candidates may be held: beyond it users see the delay. */
    public static final Duration LONGEST_ICE_DELAY = Duration.ofMillis(200);

    private Coalescing() {}

    /**
     * Returns a policy for an event whose messages carry trickled ICE candidates (RFC 8838), from clients that send each candidate by
     * itself: an {@link DeliveryPolicy#append()} policy ordered by {@link Ordering#PAIR}, with an idle gap of 5 ms, at
     * most 25 ms, 32 candidates and 8 KiB, that holds candidates of one ICE generation (username fragment) together. The messages
     * should name their sender with {@link Broadcast#from}.
     *
     * <p>Only what is plainly one candidate is held: a payload that has a candidate line and no session description. Everything else
     * under this event, end-of-candidates included, leaves at once, behind what is held. Descriptions under other events are
     * barriers. So descriptions are never held, nothing is reordered, replaced or compared, and every payload arrives byte for
     * byte.
     *
     * <p>The payloads of the browser client's own signalling helper leave at once: it has put its candidates together already.
     *
     * <p>{@link DeliveryPolicy#idleGap} and {@link DeliveryPolicy#maxDelay} of this policy are at most {@link #LONGEST_ICE_DELAY}. For
     * trackers under load 50 ms for both is a good choice.
     */
    public static DeliveryPolicy iceCandidates() {
        return DeliveryPolicy.forSignals(
                LONGEST_ICE_DELAY, message -> !IceCandidates.isCandidate(message), IceCandidates::generation);
    }
}
