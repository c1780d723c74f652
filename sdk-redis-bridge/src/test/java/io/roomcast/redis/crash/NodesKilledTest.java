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
            journey.board(CLIENTS);
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
