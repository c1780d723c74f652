package io.roomcast.redis;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The keys and channels. Each carries its partition as a hash tag, so that all that concerns a room lives in one slot of a
 * Redis Cluster. Immutable.
 *
 * <p>Kept for later, and used by nothing yet: {@code pr}, {@code ps} and {@code nr} for presence, {@code l} for leases.
 */
final class Names {

    private final String prefix;
    private final int partitions;

    Names(String prefix, int partitions) {
        this.prefix = prefix;
        this.partitions = partitions;
    }

    /** Redis has its databases in common channels: a node's are those of its database. */
    static Names of(Settings settings) {
        int database = settings.address().database();
        String prefix = settings.keyPrefix();
        return new Names(database == 0 ? prefix : prefix + ":" + database, settings.partitions());
    }

    int partition(String name) {
        // Spread first: the low bits of String.hashCode follow the last letters.
        return Math.floorMod(name.hashCode() * 0x9E3779B9 >>> 8, partitions);
    }

    String tag(int partition) {
        return prefix + ":{" + partition + "}";
    }

    byte[] room(String room) {
        return bytes(inPartitionOf(room, ":r:"));
    }

    byte[] inbox(int partition, long boot) {
        return bytes(tag(partition) + ":n:" + Long.toHexString(boot));
    }

    byte[] probe(int partition, long boot) {
        return bytes(tag(partition) + ":probe:" + Long.toHexString(boot));
    }

    /** The channel of heartbeats. It is in partition 0. */
    byte[] control() {
        return bytes(tag(0) + ":ctl");
    }

    byte[] session(String nodeId) {
        return bytes(inPartitionOf(nodeId, ":s:"));
    }

    byte[] meta(String room) {
        return bytes(inPartitionOf(room, ":m:"));
    }

    byte[] history(String room) {
        return bytes(inPartitionOf(room, ":h:"));
    }

    byte[] ids(String room) {
        return bytes(inPartitionOf(room, ":i:"));
    }

    /** Returns the room of a room channel; null for every other channel. */
    @Nullable
    String roomOf(byte[] channel) {
        int at = prefix.length() + 2;
        while (at < channel.length && channel[at] != '}') {
            at++;
        }
        boolean isRoom =
                at + 4 <= channel.length && channel[at + 1] == ':' && channel[at + 2] == 'r' && channel[at + 3] == ':';
        return isRoom ? new String(channel, at + 4, channel.length - at - 4, StandardCharsets.UTF_8) : null;
    }

    private String inPartitionOf(String name, String infix) {
        return tag(partition(name)) + infix + name;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
