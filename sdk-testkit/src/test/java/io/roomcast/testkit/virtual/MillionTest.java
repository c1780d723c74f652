package io.roomcast.testkit.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Sample;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Think;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Large runs. Those of a million peers want a heap of 10 GB and some ten minutes: {@code mvn test -Pmillion}. */
class MillionTest {

    private static final int NODES = 15;

    @Test
    @Tag("large")
    void aHundredThousandPeersInRoomsOfTen() {
        check(VirtualDriverTest.roomsOfTen(100_000, 20_000), 100_000);
    }

    @Test
    @Tag("million")
    void aMillionPeersInRoomsOfTen() {
        RunResult result = check(VirtualDriverTest.roomsOfTen(1_000_000, 50_000), 1_000_000);
        assertThat(result.count(Count.MESSAGES_RECEIVED)).isEqualTo(45_000_000);
    }

    /**
     * 5,555 people a second for six minutes, nine of ten of whom look for one of a tenth of the songs; then they talk in pairs, in half a million rooms.
     */
    @Test
    @Tag("million")
    void aMillionPeopleMeetOverSongs() {
        int people = 1_000_000;
        double perSecond = 5555.56;
        Scenario scenario = Scenario.named("songs")
                .behaviour(Behaviour.of(
                        "listener",
                        peer -> peer.connect()
                                .join("song", RoomChoice.of("song/{}", Feeder.hotspot(100_000, 0.9, 0.1)))
                                .broadcast("song", "looking", Payload.bytes(32))
                                .think(Think.exponential(Duration.ofSeconds(10)))
                                .leave("song")
                                .join("pair", RoomChoice.of("pair/{}", Feeder.groupsOf(2, people / 2)))
                                .repeat(
                                        3,
                                        again -> again.think(Think.logNormal(
                                                        Duration.ofSeconds(12), 0.8, Duration.ofMinutes(2)))
                                                .broadcast("pair", "say", Payload.logNormal(60, 0.7, 1000)))
                                .pause(Duration.ofMinutes(2))
                                .leave("pair")))
                .phase("peak", Arrivals.constant(perSecond, Duration.ofMinutes(6)), Duration.ofSeconds(10))
                .patience(Duration.ofMinutes(20))
                .build();
        RunResult result = check(scenario, people);
        assertThat(result.count(Count.MESSAGES_SENT)).isEqualTo(4L * result.count(Count.PEERS_STARTED));
    }

    private static RunResult check(Scenario scenario, int about) {
        AtomicLong liveBytes = new AtomicLong();
        long[] mostPeers = new long[1];
        Progress progress = sample -> {
            if (sample.peers() > mostPeers[0] * 1.2 || sample.peers() >= about && mostPeers[0] < about) {
                mostPeers[0] = sample.peers();
                liveBytes.set(live());
            }
        };
        RunResult result = VirtualDriver.nodes(NODES).build().run(Order.of(scenario, 1), progress);
        long events = result.count(Count.EVENTS);
        System.out.printf(
                "%s: %s peers, %s deliveries, %s events, %.2f us CPU an event, %s s CPU, %s s in all, %d B live heap a peer of %d, rooms of up to %d%n",
                scenario.name(),
                result.count(Count.PEERS_STARTED),
                result.count(Count.MESSAGES_RECEIVED),
                events,
                result.cpu().toNanos() / 1e3 / events,
                result.cpu().toSeconds(),
                result.took().toSeconds(),
                liveBytes.get() / Math.max(1, mostPeers[0]),
                mostPeers[0],
                result.measurements().merged(Metric.ROOM_SIZE).getMaxValue());
        assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
        assertThat(result.count(Count.PEERS_FINISHED)).isEqualTo(result.count(Count.PEERS_STARTED));
        assertThat(result.timeline()).extracting(Sample::outboundBytes).allMatch(bytes -> bytes < 256L << 20);
        return result;
    }

    private static long live() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
