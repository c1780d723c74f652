package io.roomcast.testkit.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Think;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Large runs, each of which leaves its report in {@code target/runs}. Those of {@code -Pmillion} want a heap of 10 GB; with
 * {@code -Droomcast.million.divisor=50} they have so many times fewer peers and are the same otherwise.
 */
class LargeRunsTest {

    private static final int NODES = 15;
    private static final int DIVISOR = Integer.getInteger("roomcast.million.divisor", 1);
    private static final int MILLION = 1_000_000 / DIVISOR;

    @Test
    @Tag("large")
    void aHundredThousandPeersInRoomsOfTen() {
        roomsOfTen(100_000, 20_000, Duration.ofSeconds(30));
    }

    @Test
    @Tag("million")
    void aMillionPeersInRoomsOfTen() {
        roomsOfTen(MILLION, 50_000.0 / DIVISOR, Duration.ofMinutes(10));
    }

    private static void roomsOfTen(int peers, double perSecond, Duration within) {
        RunResult result = new LargeRun(
                        "rooms-of-ten-" + peers, VirtualDriverTest.roomsOfTen(peers, perSecond), NODES, peers, within)
                .run();
        assertThat(result.count(Count.PEERS_STARTED)).isEqualTo(peers);
        assertThat(result.count(Count.MESSAGES_RECEIVED)).isEqualTo(5L * 9 * peers);
        assertThat(result.measurements().merged(Metric.ROOM_SIZE).getMaxValue()).isEqualTo(10);
    }

    /**
     * 5,555 people a second for six minutes, nine of ten of whom look for one of a tenth of the songs. Then each talks with one other, for three minutes: a million people at a
     * time, in half a million rooms of two.
     */
    @Test
    @Tag("million")
    void aMillionPeopleMeetOverSongs() {
        double perSecond = 5555.56 / DIVISOR;
        Duration peak = Duration.ofMinutes(6);
        int people = (int) (perSecond * peak.toSeconds());
        Scenario scenario = Scenario.named("songs")
                .behaviour(Behaviour.of(
                        "listener",
                        peer -> peer.connect()
                                .join("song", RoomChoice.of("song/{}", Feeder.hotspot(100_000 / DIVISOR, 0.9, 0.1)))
                                .broadcast("song", "looking", Payload.bytes(32))
                                .think(Think.exponential(Duration.ofSeconds(10)))
                                .leave("song")
                                // Two who came one after the other; a room is never used again.
                                .join("pair", RoomChoice.of("pair/{}", Feeder.groupsOf(2, people)))
                                .repeat(
                                        3,
                                        again -> again.think(Think.logNormal(
                                                        Duration.ofSeconds(12), 0.8, Duration.ofMinutes(2)))
                                                .broadcast("pair", "say", Payload.logNormal(60, 0.7, 1000)))
                                // What is missing of three minutes.
                                .pause(Duration.ofSeconds(131))
                                .leave("pair")))
                .phase("peak", Arrivals.constant(perSecond, peak), Duration.ofSeconds(10))
                .patience(Duration.ofMinutes(20))
                .build();
        RunResult result = new LargeRun("songs-" + MILLION, scenario, NODES, MILLION, Duration.ofMinutes(30)).run();
        assertThat(result.count(Count.PEERS_STARTED)).isBetween(people - 10L, people + 10L);
        assertThat(LargeRun.most(result)).as("at a time").isGreaterThan((long) (0.97 * MILLION));
        assertThat(result.count(Count.MESSAGES_SENT)).isEqualTo(4L * result.count(Count.PEERS_STARTED));
    }
}
