package io.roomcast.testkit.load;

import io.roomcast.testkit.scenario.RoomChoice;
import java.time.Duration;

/**
 * How a run plays its scenario: as it is, or, to warm up before it, ten times as fast, by a tenth of the peers but not fewer than ten, again and again, in rooms of its own. So a warm-up has
 * about as much to do in a second as the run itself, on fewer connections. Immutable.
 *
 * @param speed by what waits are divided
 * @param oneOf of so many peers one comes
 * @param lastsNanos how long, 0 = until the scenario is over
 */
record Playing(int speed, int oneOf, long lastsNanos) {

    static final Playing AS_IT_IS = new Playing(1, 1, 0);

    private static final int SPEED = 10;
    private static final int FEWEST_PEERS = 10;
    /** A scenario that is over within a second is not begun more often than that. */
    private static final long SHORTEST_TURN = 1_000_000_000L;
    /** Peers of a warm-up have numbers that those of the run itself do not have, so nobody takes one's message for the other's. */
    private static final int FIRST_WARMING_UP = 1 << 29;

    /** Lies between the numbers of a run, those of its pools included, and the first of a warm-up, rounded down for at most 250 processes. */
    private static final int BETWEEN = FIRST_WARMING_UP - 1000;

    private static final String ROOM = "-warm-up";

    /** A warm-up for a scenario with so many peers. */
    static Playing warmUp(long peers, Duration lasts) {
        int oneOf = (int) Math.max(1, Math.min(SPEED, peers / FEWEST_PEERS));
        return new Playing(SPEED, oneOf, lasts.toNanos());
    }

    boolean isWarmUp() {
        return lastsNanos > 0;
    }

    /** Returns how long something takes here that takes so long in the scenario. */
    long nanos(long inScenario) {
        return inScenario / speed;
    }

    /** Returns after which time it begins anew. */
    long turn(Timetable timetable) {
        return Math.max(SHORTEST_TURN, nanos(timetable.end()));
    }

    /** Returns the number of its first peer, a multiple of the number of processes. */
    int firstNumber(int processes) {
        return isWarmUp() ? FIRST_WARMING_UP / processes * processes : 0;
    }

    /** Returns whether a sender is one of this playing's, in whatever process. */
    boolean hasSender(int number) {
        return isWarmUp() == number >= BETWEEN;
    }

    /** Returns the name of a room; a scenario's only room of a kind is shared, for a server may know no other. */
    String room(RoomChoice choice, int key) {
        return isWarmUp() ? choice.pattern().replace("{}", choice.feeder().text(key) + ROOM) : choice.name(key);
    }
}
