package io.roomcast.redis;

import java.util.List;

/**
 * Who may write to a lane's connection, one at a time. At most one pipeline is under way, so that what comes meanwhile is packed together.
 *
 * <p>{@link #AWAY} → {@link #OWN} → {@link #IDLE} → {@link Taken} → {@link UnderWay} → {@link #OWN} …; the lane's thread may also go from
 * {@link #OWN} to {@link UnderWay} or to {@link #RESTING} and back, and from wherever to {@link #AWAY}. Each taking is an object of its own: whoever has lost it to the
 * lane's thread cannot mistake a later one for it.
 */
abstract sealed class Turn {

    /** There is no connection. It is the lane's thread's. */
    static final Turn AWAY = new Plain();

    /** It is the lane's thread's, which does not wait for Redis. */
    static final Turn OWN = new Plain();

    /** It is the lane's thread's, which asks Redis something by itself. */
    static final Turn ASKING = new Plain();

    /** It is the lane's thread's, which waits for a while: something may be asked again then. */
    static final Turn RESTING = new Plain();

    /** Everything is answered and nothing waits. It is for whoever comes first. */
    static final Turn IDLE = new Plain();

    private static final class Plain extends Turn {}

    /** Somebody who offered something writes it. */
    static final class Taken extends Turn {}

    /** A pipeline is being written or waits for its replies, which the lane's thread takes. */
    static final class UnderWay extends Turn {
        final List<Pipelined> pipeline;

        UnderWay(List<Pipelined> pipeline) {
            this.pipeline = pipeline;
        }
    }
}
