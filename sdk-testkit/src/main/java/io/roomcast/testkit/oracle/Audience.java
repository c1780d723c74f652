package io.roomcast.testkit.oracle;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whom a broadcast is for, by the numbers of the peers.
 *
 * @param except who does not get it; null = nobody
 * @param only who gets it; null = everybody in the room
 * @param certain whether those that are in the room must get it; false where that is up to policies and to whether a peer keeps up
 */
@SuppressWarnings("ArrayRecordComponent") // made for one call, not kept
public record Audience(int @Nullable [] except, int @Nullable [] only, boolean certain) {

    /** Everybody. */
    public static final Audience EVERYBODY = new Audience(null, null, true);

    boolean has(int peer) {
        return (except == null || !contains(except, peer)) && (only == null || contains(only, peer));
    }

    private static boolean contains(int[] peers, int peer) {
        for (int each : peers) {
            if (each == peer) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return (only == null ? "everybody" : Arrays.toString(only))
                + (except == null ? "" : " except " + Arrays.toString(except))
                + (certain ? "" : ", perhaps");
    }
}
