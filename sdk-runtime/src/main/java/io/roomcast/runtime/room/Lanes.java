package io.roomcast.runtime.room;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers that a room last heard of each node that sends to it, and what is missing between them. Guarded by the room's lock.
 *
 * <p>Every room has one, and most hear of a few nodes: an array of their ids, which are shared, and one with two numbers for each. A node that is lost keeps its
 * place, since what it sent may still be told of a session that moves; but of such nodes only the last {@value #LOST_KEPT}.
 */
final class Lanes {

    /** What to do with an envelope when it is not to be delivered. */
    static final long IGNORE = -1;

    static final int LOST_KEPT = 8;

    private static final String[] NOBODY = {};
    private static final long[] NOTHING = {};

    private String[] origins = NOBODY;
    /**
     * For each origin its lane and the last number there. The complement of the lane stands for that of what it sends to this node alone; the complement
     * of the number says that the origin is lost, or that nobody listened since.
     */
    private long[] numbers = NOTHING;

    /**
     * Notes the arrival of an envelope.
     *
     * @param direct whether it was sent to this node alone
     * @return how many of its lane before it were lost; {@link #IGNORE} if it is a double
     */
    long arrived(Stamp stamp, boolean direct) {
        int at = find(stamp.origin(), direct);
        long last = at < 0 ? -1 : numbers[2 * at + 1];
        if (last < 0 || numbers[2 * at] != lane(stamp, direct)) {
            // The first we hear of this lane: what came before it was sent before we listened.
            put(at, stamp, direct);
            return 0;
        }
        if (stamp.sequence() <= last) {
            return IGNORE;
        }
        numbers[2 * at + 1] = stamp.sequence();
        return stamp.sequence() - last - 1;
    }

    /**
     * Notes how far a lane has come that said nothing since.
     *
     * @return how many of its envelopes were lost at its end
     */
    long ended(Stamp stamp, boolean direct) {
        int at = find(stamp.origin(), direct);
        long last = at < 0 ? -1 : numbers[2 * at + 1];
        if (last < 0 || numbers[2 * at] != lane(stamp, direct) || stamp.sequence() <= last) {
            // We have it all, or what there was may have been said before we listened.
            return 0;
        }
        numbers[2 * at + 1] = stamp.sequence();
        return stamp.sequence() - last;
    }

    /** Notes that a broadcast got here, whatever was before it. */
    void reached(Stamp stamp) {
        put(find(stamp.origin(), false), stamp, false);
    }

    /** A node is lost; if it is heard again, its numbers begin anew. */
    void lost(String origin) {
        for (int at = 0; at < origins.length; at++) {
            if (origins[at].equals(origin)) {
                beginAnew(at);
            }
        }
    }

    /** Nothing is listened to for a while: the numbers of all nodes begin anew. */
    void interrupted() {
        for (int at = 0; at < origins.length; at++) {
            beginAnew(at);
        }
    }

    /** Returns the last of what each node sent to all. */
    Map<String, Stamp> stamps() {
        Map<String, Stamp> stamps = new TreeMap<>();
        for (int at = 0; at < origins.length; at++) {
            long last = numbers[2 * at + 1];
            if (!isDirect(at)) {
                stamps.put(origins[at], new Stamp(origins[at], numbers[2 * at], last < 0 ? ~last : last));
            }
        }
        return Collections.unmodifiableMap(stamps);
    }

    private int find(String origin, boolean direct) {
        for (int at = 0; at < origins.length; at++) {
            if (origins[at].equals(origin) && isDirect(at) == direct) {
                return at;
            }
        }
        return -1;
    }

    private boolean isDirect(int at) {
        return numbers[2 * at] < 0;
    }

    private static long lane(Stamp stamp, boolean direct) {
        // Another node may say anything.
        long lane = stamp.lane() & Long.MAX_VALUE;
        return direct ? ~lane : lane;
    }

    private void put(int known, Stamp stamp, boolean direct) {
        int at = known;
        if (at < 0) {
            forgetTheFirstLost();
            at = origins.length;
            origins = Arrays.copyOf(origins, at + 1);
            origins[at] = stamp.origin();
            numbers = Arrays.copyOf(numbers, 2 * at + 2);
        }
        numbers[2 * at] = lane(stamp, direct);
        numbers[2 * at + 1] = stamp.sequence() & Long.MAX_VALUE;
    }

    private void beginAnew(int at) {
        long last = numbers[2 * at + 1];
        numbers[2 * at + 1] = last < 0 ? last : ~last;
    }

    private void forgetTheFirstLost() {
        int lost = 0;
        int first = -1;
        for (int at = origins.length - 1; at >= 0; at--) {
            if (numbers[2 * at + 1] < 0) {
                lost++;
                first = at;
            }
        }
        if (lost >= LOST_KEPT) {
            int behind = origins.length - first - 1;
            System.arraycopy(origins, first + 1, origins, first, behind);
            System.arraycopy(numbers, 2 * first + 2, numbers, 2 * first, 2 * behind);
            origins = Arrays.copyOf(origins, origins.length - 1);
            numbers = Arrays.copyOf(numbers, numbers.length - 2);
        }
    }
}
