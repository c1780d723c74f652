package io.roomcast.redis.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two whole nodes over a real Redis, killed or frozen in turn under the load of clients that come back. Everything that
 * docs/guarantees.md promises for it is checked at the clients.
 */
@Tag("slow")
class NodesKilledTest {

    private static final int CLIENTS = 24;

    /** As long as -Droomcast.redis.chaos.seconds says. */
    @Test
    void peersOfNodesThatAreKilledInTurnGoOnElsewhereAndMissNothingUntold() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        long seconds = Long.getLong("roomcast.redis.chaos.seconds", 60);
        try (RedisServer redis = RedisServer.start();
                Journey journey = new Journey(redis.uri(), seed)) {
            NodeProcess older = journey.start();
            NodeProcess younger = journey.start();
            journey.board(CLIENTS, Duration.ofSeconds(5));
            journey.speak(true);
            Random random = journey.random();
            int kills = 0;
            Duration slowest = Duration.ZERO;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() < end && journey.ledger().findings().isEmpty()) {
                journey.move(younger, 50);
                // Sometimes sessions are still on their way when one of the two nodes dies.
                journey.pass(
                        Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(60) : 500 + random.nextInt(2500)));
                boolean youngerDies = random.nextInt(4) == 0;
                long killed = System.nanoTime();
                journey.kill(youngerDies ? younger : older);
                kills++;
                NodeProcess survivor = youngerDies ? older : younger;
                NodeProcess next = journey.launch();
                if (random.nextInt(3) > 0) {
                    Duration took = journey.awaitPresence(killed, Journey.PRESENCE);
                    slowest = took.compareTo(slowest) > 0 ? took : slowest;
                }
                journey.awaitListening(next);
                journey.awaitSettled();
                older = survivor;
                younger = next;
            }
            List<String> findings = journey.conclude();
            System.out.println(kills + " kills in " + seconds + " s, presence right after " + slowest.toMillis()
                    + " ms at the latest; " + journey);
            assertThat(findings).as("seed %d", seed).isEmpty();
            assertThat(kills).isPositive();
            journey.disembark();
            assertNothingIsLeft(redis);
            assertThat(journey.ledger().findings()).as("seed %d", seed).isEmpty();
        }
    }

    /** Its clients leave it, sooner than the cluster does. Nobody tells it: what they had said to it, it still does when it comes back. */
    @Test
    void aNodeThatIsFrozenBeyondItsDeadTimeComesBackAndDisturbsNobody() {
        freeze(Duration.ofSeconds(4), Duration.ofSeconds(9));
    }

    /** Its clients wait for it, longer than the cluster does. The others were told that it is dead, and hear of it again. */
    @Test
    void whoWaitsForAFrozenNodeGoesOnWithItAndTheOthersAreToldOfWhatTheyMissed() {
        freeze(Duration.ofSeconds(30), Duration.ofSeconds(8));
    }

    private static void freeze(Duration patience, Duration frozenFor) {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        try (RedisServer redis = RedisServer.start();
                Journey journey = new Journey(redis.uri(), seed)) {
            NodeProcess one = journey.start();
            NodeProcess two = journey.start();
            journey.board(CLIENTS, patience);
            journey.speak(true);
            for (NodeProcess frozen : List.of(one, two)) {
                journey.move(frozen, 50);
                journey.awaitSettled();
                journey.pass(Duration.ofMillis(500 + journey.random().nextInt(1000)));
                long begun = System.nanoTime();
                frozen.freeze();
                if (patience.compareTo(frozenFor) < 0) {
                    journey.awaitPresence(begun, Journey.PRESENCE);
                }
                journey.pass(frozenFor.minusNanos(System.nanoTime() - begun));
                frozen.thaw();
                long thawed = System.nanoTime();
                // Whoever left it is kept there until the window for resuming is over.
                Duration took = journey.awaitPresence(thawed, NodeProgram.RESUME_WINDOW.plus(Journey.PRESENCE));
                System.out.println("presence right " + took.toMillis() + " ms after the thaw");
                frozen.forgive();
            }
            journey.pass(Duration.ofSeconds(1));
            List<String> findings = journey.conclude();
            System.out.println(journey);
            assertThat(findings).as("seed %d", seed).isEmpty();
            journey.disembark();
            assertNothingIsLeft(redis);
            assertThat(journey.ledger().findings()).as("seed %d", seed).isEmpty();
        }
    }

    private static void assertNothingIsLeft(RedisServer redis) {
        await("keys of nodes are gone")
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(strings(redis.ask("KEYS", "*")))
                        .hasSize(3)
                        .allMatch(key -> key.matches("rc:\\{\\d+}:[mhi]:" + NodeProgram.LOG)));
        assertThat(strings(redis.ask("PUBSUB", "CHANNELS"))).isEmpty();
        assertThat(String.valueOf(redis.ask("CLIENT", "LIST"))).doesNotContain("name=roomcast");
    }

    private static List<String> strings(Object reply) {
        return ((List<?>) reply).stream().map(String::valueOf).toList();
    }
}
