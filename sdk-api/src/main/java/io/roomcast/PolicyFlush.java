package io.roomcast;

/**
 * What one {@link DeliveryPolicy} let go for one peer at one moment. Each message that a policy took in is counted in one flush, so
 * that {@code in = out + conflated + dropped} over all of them. Sums over flushes make the metrics of an event:
 * batch sizes from {@code out}, delays from the two delay values.
 *
 * @param pattern the pattern of the room, as declared
 * @param event the event of the messages
 * @param reason why now
 * @param in messages taken in since the last flush of this key for this peer
 * @param out messages that left for the peer's queue, at most one unless the policy is {@link DeliveryPolicy#append()} or
 *     {@link DeliveryPolicy#dropOldest}
 * @param conflated messages that newer ones replaced or were merged into
 * @param dropped messages that nobody gets: dropped by {@link DeliveryPolicy#dropOldest}, or given up with the connection
 * @param bytes how many bytes left, as encoded
 * @param delayNanosSum how long those that left had waited, together
 * @param delayNanosMax how long the one that had waited longest had
 */
public record PolicyFlush(
        String pattern,
        String event,
        Reason reason,
        int in,
        int out,
        int conflated,
        int dropped,
        int bytes,
        long delayNanosSum,
        long delayNanosMax) {

    /** Why messages left. */
    public enum Reason {
        /** There was nothing to wait for. */
        IMMEDIATE,
        /** No message followed within {@link DeliveryPolicy#idleGap}. */
        IDLE_GAP,
        /** The oldest had waited {@link DeliveryPolicy#maxDelay}. */
        MAX_DELAY,
        /** {@link DeliveryPolicy#minInterval} was over. */
        INTERVAL,
        /** {@link DeliveryPolicy#maxItems} was reached. */
        ITEMS,
        /** {@link DeliveryPolicy#maxBytes} was reached. */
        BYTES,
        /** {@link DeliveryPolicy#maxKeys} was reached. */
        KEYS,
        /** {@link DeliveryPolicy#flushWhen} said so. */
        PREDICATE,
        /** Another message of the same {@link Ordering} followed. */
        BARRIER,
        /** The peer's connection takes bytes again. */
        WRITABLE,
        /** The peer left the room. */
        LEAVE,
        /** The peer is being closed, or its node stops. */
        CLOSE,
        /** The connection is gone, or the peer was too slow; nothing left. */
        GONE,
        /** Messages were dropped and others are still kept; nothing left. */
        DROPPED
    }
}
