package io.roomcast.testkit.load;

import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.socket.Ending;

/**
 * How often a peer that has lost its connection has tried to get another one, and how long it waits before the next try: the delays of the protocol, doubled from try to try, each
 * drawn between nothing and its most, so that peers of a dead node do not all come at once. Belongs to the run's thread.
 */
final class Reconnection {

    private static final long FIRST_DELAY = 500_000_000L;
    private static final long LONGEST_DELAY = 30_000_000_000L;
    private static final int MOST_ATTEMPTS = 8;
    /** As long as it has tried no more often, what it is owed comes within the time of a delivery. */
    private static final int ATTEMPTS_IN_TIME = 2;

    private int attempts;

    /** Returns how many tries have failed since it was welcomed last. */
    int attempts() {
        return attempts;
    }

    /** It is welcomed. */
    void succeeded() {
        attempts = 0;
    }

    /** Returns whether it may try once more after its connection ended in this way: the protocol says after which it may. */
    boolean isAllowedAfter(Ending ending) {
        return attempts < MOST_ATTEMPTS && mayComeBack(ending);
    }

    /** Returns whether its session may be gone by the time that it is back. */
    boolean isLate() {
        return attempts >= ATTEMPTS_IN_TIME;
    }

    /** Counts a try, and returns how long to wait before it. */
    long nextDelay(Dice dice) {
        return dice.below(Math.min(LONGEST_DELAY, FIRST_DELAY << attempts++));
    }

    private static boolean mayComeBack(Ending ending) {
        return switch (ending.kind()) {
            case UNREACHABLE, BROKEN, OURS -> true;
            case VIOLATED, FOREIGN -> false;
            case REFUSED -> ending.code() == 503;
            case CLOSED ->
                switch (ending.code()) {
                    case 1000, 1002, 1003, 1007, 1009, 4000, 4002, 4003, 4007 -> false;
                    default -> true;
                };
        };
    }
}
