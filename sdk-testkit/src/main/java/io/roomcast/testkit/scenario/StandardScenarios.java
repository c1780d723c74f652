package io.roomcast.testkit.scenario;

import java.time.Duration;

/**
 * Scenarios that go everywhere in the runtime, small enough for thousands of seeds. They expect rooms {@code talk/…}, {@code pair/…}, {@code ask/…} and {@code hall} with a relaying
 * handler.
 */
public final class StandardScenarios {

    private static final RoomChoice TALK = RoomChoice.of("talk/{}", Feeder.hotspot(12, 0.6, 0.25));
    private static final RoomChoice HALL = RoomChoice.of("hall");
    private static final Duration LONG = Duration.ofSeconds(30);

    private StandardScenarios() {}

    /** Peers that come, talk in one or two rooms, go and come back, many at one instant: joins and leaves race with broadcasts. */
    public static Scenario churn(int peers) {
        Behaviour guest = Behaviour.of(
                "guest",
                peer -> peer.connect()
                        .repeat(
                                new Spread.Uniform(1, 4),
                                visit -> visit.join("room", TALK)
                                        .repeat(
                                                new Spread.Uniform(0, 4),
                                                again -> again.think(tenths(8))
                                                        .broadcast("room", "say", Payload.between(24, 200)))
                                        .think(tenths(5))
                                        .leave("room")
                                        .think(tenths(3))));
        Behaviour host = Behaviour.of(
                "host",
                peer -> peer.connect()
                        .join("hall", HALL)
                        .join("room", TALK)
                        .repeatFor(
                                Think.uniform(Duration.ofSeconds(6), Duration.ofSeconds(9)),
                                again -> again.think(tenths(10))
                                        .branch(what -> what.arm(
                                                        3, one -> one.broadcast("room", "say", Payload.smallest()))
                                                .arm(1, one -> one.broadcast("hall", "news", Payload.bytes(64)))
                                                .otherwise(1))));
        Behaviour visitor = Behaviour.of(
                "visitor",
                peer -> peer.connect()
                        .repeat(
                                3,
                                again -> again.think(tenths(10))
                                        .join("hall", HALL)
                                        .broadcast("hall", "news", Payload.smallest())
                                        .think(tenths(6))
                                        .leave("hall")));
        // Rooms that empty and fill again at one instant.
        Behaviour restless = Behaviour.of(
                "restless",
                peer -> peer.connect()
                        .repeat(
                                12,
                                again -> again.join(
                                                "pair",
                                                RoomChoice.of("pair/{}", Feeder.groupsOf(9, Math.max(1, peers / 9))))
                                        .think(tenths(2))
                                        .broadcast("pair", "say", Payload.smallest())
                                        .think(tenths(2))
                                        .leave("pair")));
        return Scenario.named("churn")
                .behaviour(3, restless)
                .behaviour(5, guest)
                .behaviour(2, host)
                .behaviour(2, visitor)
                .relay(Relay.EVERYBODY)
                .phase("churn", Arrivals.spike(peers), Duration.ofSeconds(12))
                .patience(Duration.ofMinutes(3))
                .build();
    }

    /** Peers that talk to each other and to everybody, ask and wait for what they are owed. */
    public static Scenario conversation(int peers) {
        int rooms = Math.max(1, peers / 4);
        Behaviour talker = Behaviour.of(
                "talker",
                peer -> peer.connect()
                        .join("room", RoomChoice.of("talk/{}", Feeder.groupsOf(4, rooms)))
                        .join("hall", HALL)
                        .repeat(
                                4,
                                again -> again.think(tenths(12))
                                        .broadcast("room", "say", Payload.logNormal(60, 1, 4000))
                                        .branch(what -> what.arm(
                                                        2, one -> one.send("room", "signal", Payload.bytes(300)))
                                                .arm(
                                                        1,
                                                        one -> one.request(
                                                                "room",
                                                                "what",
                                                                Payload.bytes(40),
                                                                Duration.ofSeconds(5)))
                                                .arm(1, one -> one.broadcast("hall", "news", Payload.smallest()))
                                                .otherwise(1)))
                        .think(tenths(10))
                        .leave("hall")
                        .pause(Duration.ofSeconds(1))
                        .leave("room"));
        Behaviour asker = Behaviour.of(
                "asker",
                peer -> peer.connect()
                        .join("ask", RoomChoice.of("ask/{}", Feeder.uniform(3)))
                        .repeat(
                                6,
                                again -> again.think(tenths(8)).request("ask", "what", Payload.between(24, 400), LONG))
                        .disconnect());
        return Scenario.named("conversation")
                .behaviour(3, talker)
                .behaviour(1, asker)
                .phase("conversation", Arrivals.spike(peers), Duration.ofSeconds(8))
                .patience(Duration.ofMinutes(3))
                .build();
    }

    /** Good peers among bad ones: lost connections, stalled and slow readers, nonsense, floods and silence. */
    public static Scenario badNeighbours(int peers) {
        Behaviour good = Behaviour.of(
                "good",
                peer -> peer.connect()
                        .join("hall", HALL)
                        .repeatFor(
                                Think.uniform(Duration.ofSeconds(8), Duration.ofSeconds(12)),
                                again -> again.think(tenths(15)).broadcast("hall", "news", Payload.between(24, 300))));
        Behaviour clumsy = Behaviour.of(
                "clumsy",
                peer -> peer.connect()
                        .join("hall", HALL)
                        .repeat(
                                3,
                                again -> again.think(tenths(20))
                                        .broadcast("hall", "news", Payload.smallest())
                                        .branch(how -> how.arm(2, one -> one.disconnect(Ending.ABRUPT))
                                                .arm(1, one -> one.disconnect(Ending.RESET))
                                                .arm(1, one -> one.disconnect(Ending.HALF_OPEN)))
                                        .think(tenths(10))
                                        .resume()));
        Behaviour slow = Behaviour.of(
                "slow",
                peer -> peer.connect()
                        .join("hall", HALL)
                        .branch(how -> how.arm(1, one -> one.stall(tenths(40)))
                                .arm(
                                        1,
                                        one -> one.readSlowly(2000)
                                                .pause(Duration.ofSeconds(6))
                                                .readSlowly(0)))
                        .broadcast("hall", "news", Payload.smallest())
                        .pause(Duration.ofSeconds(3)));
        Behaviour bad = Behaviour.of(
                "bad",
                peer -> peer.connect()
                        .join("hall", HALL)
                        .think(tenths(20))
                        .branch(what -> what.arm(3, one -> one.misbehave(Misdeed.MALFORMED))
                                .arm(3, one -> one.misbehave(Misdeed.WRONG_TYPE))
                                .arm(2, one -> one.misbehave(Misdeed.OVERSIZED))
                                .arm(2, one -> one.misbehave(Misdeed.PONG_SILENCE))
                                .arm(1, one -> one.misbehave(Misdeed.FLOOD))));
        return Scenario.named("bad neighbours")
                .behaviour(4, good)
                .behaviour(2, clumsy)
                .behaviour(1, slow)
                .behaviour(2, bad)
                .phase("all", Arrivals.spike(peers), Duration.ofSeconds(12))
                .patience(Duration.ofMinutes(3))
                .build();
    }

    /** Peers that lose their connections for a moment, for long, or for longer than a node waits, while others go on talking. */
    public static Scenario absences(int peers) {
        Behaviour host = Behaviour.of(
                "host",
                peer -> peer.connect()
                        .join("hall", HALL)
                        .repeat(
                                30,
                                again -> again.think(tenths(40)).broadcast("hall", "news", Payload.between(24, 300)))
                        .pause(LONG));
        Behaviour traveller = Behaviour.of(
                "traveller",
                peer -> peer.connect()
                        .join("hall", HALL)
                        .join("room", TALK)
                        .repeat(
                                6,
                                again -> again.think(tenths(30))
                                        .broadcast("hall", "news", Payload.smallest())
                                        .branch(what -> what.arm(
                                                        1, one -> one.request("room", "what", Payload.smallest(), LONG))
                                                .arm(1, one -> one.broadcast("room", "say", Payload.bytes(100))))
                                        .disconnect(Ending.ABRUPT)
                                        .branch(howLong -> howLong.arm(6, one -> one.think(tenths(5)))
                                                .arm(3, one -> one.think(tenths(100)))
                                                .arm(1, one -> one.pause(Duration.ofSeconds(45))))
                                        .resume()));
        return Scenario.named("absences")
                .behaviour(1, host)
                .behaviour(1, traveller)
                .phase("all", Arrivals.spike(peers), Duration.ofSeconds(30))
                .patience(Duration.ofMinutes(6))
                .build();
    }

    /**
     * A hall in which much is said, and peers that do not read for a while: for nodes with small budgets.
     */
    public static Scenario backlog(int peers) {
        Behaviour talker = Behaviour.of(
                "talker",
                peer -> peer.connect()
                        .join("hall", HALL)
                        .repeat(
                                12,
                                again -> again.think(tenths(6)).broadcast("hall", "news", Payload.between(500, 4000)))
                        .pause(LONG));
        Behaviour dreamer = Behaviour.of(
                "dreamer",
                peer -> peer.connect()
                        .join("hall", HALL)
                        .repeat(3, again -> again.think(tenths(10)).stall(tenths(12)))
                        .pause(LONG));
        return Scenario.named("backlog")
                .behaviour(2, talker)
                .behaviour(1, dreamer)
                .phase("all", Arrivals.spike(peers), Duration.ofSeconds(10))
                .patience(Duration.ofMinutes(3))
                .build();
    }

    /**
     * Rooms with history: peers talk, read what was said before, go away for a moment, for long, or for longer than a node waits, and come back wherever a balancer sends
     * them. Half of them speak JSON.
     */
    public static Scenario archive(int peers) {
        Scenario.Builder archive = Scenario.named("archive");
        for (Subprotocol subprotocol : Subprotocol.values()) {
            archive.behaviour(2, archivist(subprotocol)).behaviour(3, wanderer(subprotocol));
        }
        return archive.phase("all", Arrivals.spike(peers), Duration.ofSeconds(30))
                .patience(Duration.ofMinutes(6))
                .build();
    }

    private static Behaviour archivist(Subprotocol subprotocol) {
        return Behaviour.of(
                "archivist, " + subprotocol,
                peer -> peer.connect(subprotocol)
                        .join("hall", HALL)
                        .join("room", TALK)
                        .repeat(
                                12,
                                again -> again.think(tenths(40))
                                        .branch(what -> what.arm(
                                                        3,
                                                        one -> one.broadcast("hall", "news", Payload.between(24, 300)))
                                                .arm(2, one -> one.broadcast("room", "say", Payload.smallest()))
                                                .arm(1, one -> one.send("room", "signal", Payload.bytes(80)))
                                                .arm(1, one -> one.history("hall", 20))
                                                .arm(1, one -> one.history("room", 5))))
                        .leave("room")
                        .pause(Duration.ofSeconds(1)));
    }

    private static Behaviour wanderer(Subprotocol subprotocol) {
        return Behaviour.of(
                "wanderer, " + subprotocol,
                peer -> peer.connect(subprotocol)
                        .join("hall", HALL)
                        .join("room", TALK)
                        .repeat(
                                5,
                                again -> again.think(tenths(30))
                                        .broadcast("hall", "news", Payload.smallest())
                                        .broadcast("room", "say", Payload.bytes(60))
                                        .disconnect(Ending.ABRUPT)
                                        .branch(howLong -> howLong.arm(5, one -> one.think(tenths(5)))
                                                .arm(3, one -> one.think(tenths(60)))
                                                .arm(2, one -> one.pause(Duration.ofSeconds(45))))
                                        .resume())
                        .pause(Duration.ofSeconds(1)));
    }

    /** Every kind of {@link BadPeers} among good ones that speak either subprotocol. */
    public static Scenario bazaar(int peers) {
        Scenario.Builder bazaar = Scenario.named("bazaar");
        for (Subprotocol subprotocol : Subprotocol.values()) {
            bazaar.behaviour(
                    8,
                    Behaviour.of(
                            "good, " + subprotocol,
                            peer -> peer.connect(subprotocol)
                                    .join("hall", HALL)
                                    .repeatFor(
                                            Think.uniform(Duration.ofSeconds(8), Duration.ofSeconds(12)),
                                            again -> again.think(tenths(15))
                                                    .branch(what -> what.arm(
                                                                    2,
                                                                    one -> one.broadcast(
                                                                            "hall", "news", Payload.between(24, 300)))
                                                            .arm(
                                                                    1,
                                                                    one -> one.request(
                                                                            "hall",
                                                                            "what",
                                                                            Payload.smallest(),
                                                                            LONG))))));
        }
        BadPeers.all(HALL).forEach(bazaar::behaviour);
        return bazaar.phase("all", Arrivals.spike(peers), Duration.ofSeconds(12))
                .patience(Duration.ofMinutes(3))
                .build();
    }

    /** Whole hundreds of milliseconds, so that many peers act at one instant. */
    private static Spread tenths(int most) {
        return new Spread.Stepped(Duration.ofMillis(100).toNanos(), 0, most);
    }
}
