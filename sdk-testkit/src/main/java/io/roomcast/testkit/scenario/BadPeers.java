package io.roomcast.testkit.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Peers that do wrong, or have bad luck, to be mixed with good ones: each joins a room that others are in and does one thing there, over and over where it can. A node ends or survives
 * each, and nobody else notices. They run in virtual time and on sockets.
 */
public final class BadPeers {

    private static final String SLOT = "room";

    private BadPeers() {}

    /** One for each {@link Misdeed}, named as it is. */
    public static Behaviour misbehaving(Misdeed misdeed, RoomChoice room) {
        return Behaviour.of(
                misdeed.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                peer -> peer.connect()
                        .join(SLOT, room)
                        .think(Think.uniform(Duration.ZERO, Duration.ofSeconds(2)))
                        .misbehave(misdeed));
    }

    /** Loses its connection without a word and comes back, a few times. */
    public static Behaviour unlucky(Ending ending, RoomChoice room) {
        return Behaviour.of(
                ending.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                peer -> peer.connect()
                        .join(SLOT, room)
                        .repeat(
                                3,
                                again -> again.think(Think.uniform(Duration.ofMillis(100), Duration.ofSeconds(1)))
                                        .broadcast(SLOT, "say", Payload.smallest())
                                        .disconnect(ending)
                                        .think(Think.uniform(Duration.ofMillis(100), Duration.ofSeconds(2)))
                                        .resume()));
    }

    /** Reads nothing for a while, a few times. */
    public static Behaviour stalledReader(Duration time, RoomChoice room) {
        return Behaviour.of(
                "stalled reader",
                peer -> peer.connect()
                        .join(SLOT, room)
                        .repeat(2, again -> again.pause(Duration.ofMillis(500)).stall(Think.constant(time))));
    }

    /** Reads less than is said. */
    public static Behaviour slowReader(int bytesPerSecond, Duration time, RoomChoice room) {
        return Behaviour.of(
                "slow reader",
                peer -> peer.connect()
                        .join(SLOT, room)
                        .readSlowly(bytesPerSecond)
                        .pause(time)
                        .readSlowly(0)
                        .pause(Duration.ofSeconds(1)));
    }

    /**
     * Comes back the moment that it is gone, again and again: all peers of this behaviour do it at once, as when a network comes back or a page reloads itself in a loop.
     *
     * @param times how often
     */
    public static Behaviour reconnectStorm(int times, RoomChoice room) {
        return Behaviour.of(
                "reconnect storm",
                peer -> peer.connect()
                        .join(SLOT, room)
                        .pause(Duration.ofSeconds(1))
                        .repeat(times, again -> again.disconnect(Ending.ABRUPT).resume())
                        .broadcast(SLOT, "say", Payload.smallest()));
    }

    /** Connects, joins and closes, again and again, with a new session each time. */
    public static Behaviour restless(int times, RoomChoice room) {
        return Behaviour.of(
                "restless",
                peer -> peer.repeat(
                        times, again -> again.connect().join(SLOT, room).disconnect()));
    }

    /** Returns all of them. */
    public static List<Behaviour> all(RoomChoice room) {
        return List.of(
                misbehaving(Misdeed.MALFORMED, room),
                misbehaving(Misdeed.OVERSIZED, room),
                misbehaving(Misdeed.UNMASKED, room),
                misbehaving(Misdeed.FRAGMENTED, room),
                misbehaving(Misdeed.WRONG_TYPE, room),
                misbehaving(Misdeed.PONG_SILENCE, room),
                misbehaving(Misdeed.FLOOD, room),
                unlucky(Ending.ABRUPT, room),
                unlucky(Ending.RESET, room),
                unlucky(Ending.HALF_OPEN, room),
                stalledReader(Duration.ofSeconds(3), room),
                slowReader(2000, Duration.ofSeconds(5), room),
                reconnectStorm(8, room),
                restless(8, room));
    }
}
