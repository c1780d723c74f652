package io.roomcast.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Sample;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    private static final Duration SHORT = Duration.ofMillis(700);

    private static final LoadSettings PATIENT = LoadSettings.DEFAULTS
            .withMostLag(Duration.ofSeconds(10))
            .withDeliveryTimeout(Duration.ofSeconds(5))
            .withWarmUp(SHORT);

    private static final RoomChoice TENS = RoomChoice.of("chat/{}", Feeder.groupsOf(10, 4));

    /** Forty peers in rooms of ten, of which each says three things; four tenths of a second in all. */
    private static final Scenario CHAT = Scenario.named("chat")
            .behaviour(Behaviour.of(
                    "talker",
                    peer -> peer.connect()
                            .join("room", TENS)
                            .barrier("all", 40, Duration.ofSeconds(20))
                            .repeat(
                                    3,
                                    again -> again.pause(Duration.ofMillis(100))
                                            .broadcast("room", "say", Payload.smallest()))
                            .expect("room", 27, Duration.ofSeconds(20))))
            .phase("all", Arrivals.spike(40), Duration.ofMillis(200))
            .patience(Duration.ofSeconds(30))
            .build();

    private final AtomicInteger warmingUp = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();
    private final AtomicInteger seconds = new AtomicInteger();

    /** Counts what is said in the rooms of the warm-up, and how much of it after peers of the run have come. */
    private class Counting implements RoomHandler {

        private volatile boolean begun;

        @Override
        public void onJoin(Room room, Peer peer) {
            begun |= !room.name().endsWith("-warm-up");
        }

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            if (room.name().endsWith("-warm-up")) {
                warmingUp.incrementAndGet();
                if (begun) {
                    late.incrementAndGet();
                }
            }
            room.broadcast(message).except(peer).send();
        }
    }

    @Test
    void aWarmUpIsInNoMeasurementAndOverWhenTheRunBegins() {
        LoadResult run = driver(PATIENT, new Counting()).measure(Order.of(CHAT, 1), Progress.NONE);

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(warmingUp).as("messages of the warm-up").hasPositiveValue();
        assertThat(late)
                .as("those that were said when peers of the run had come")
                .hasValue(0);
        assertThat(run.result().count(Count.PEERS_STARTED)).isEqualTo(40);
        assertThat(run.result().count(Count.MESSAGES_SENT)).isEqualTo(120);
        assertThat(run.result().checked().arrived()).isEqualTo(120 * 9);
        assertThat(run.result().environment()).containsEntry("warm-up", "700 ms, not measured");
    }

    @Test
    void aDriverWarmsUpOnceAndItsLaterRunsSaySoToo() {
        LoopbackDriver driver = driver(PATIENT, new Counting());
        driver.measure(Order.of(CHAT, 1), Progress.NONE);
        int before = warmingUp.get();
        LoadResult second = driver.measure(Order.of(CHAT, 1), Progress.NONE);

        assertThat(warmingUp).hasValue(before);
        assertThat(second.result().environment()).containsKey("warm-up");
    }

    @Test
    void withoutAWarmUpNothingIsSaidOfOne() {
        LoadResult run =
                driver(PATIENT.withWarmUp(Duration.ZERO), new Counting()).measure(Order.of(CHAT, 1), Progress.NONE);

        assertThat(warmingUp).hasValue(0);
        assertThat(run.result().environment()).doesNotContainKey("warm-up");
    }

    @Test
    void whatIsNotAsPromisedInAWarmUpIsSaidAndNotJudged() {
        AtomicInteger messages = new AtomicInteger();
        RoomHandler forgetful = new Counting() {
            @Override
            public void onMessage(Room room, Peer peer, Message message) {
                if (!room.name().endsWith("-warm-up") || messages.incrementAndGet() != 3) {
                    super.onMessage(room, peer, message);
                }
            }
        };
        // So long that the peers of the third message are there until its time is over.
        LoadSettings strict = PATIENT.withDeliveryTimeout(Duration.ofMillis(500));
        Scenario long_ = Scenario.named("long")
                .behaviour(Behaviour.of(
                        "talker",
                        peer -> peer.connect()
                                .join("room", TENS)
                                .pause(Duration.ofSeconds(2))
                                .broadcast("room", "say", Payload.smallest())
                                .pause(Duration.ofSeconds(20))))
                .phase("all", Arrivals.spike(40), Duration.ofSeconds(20))
                .build();
        LoopbackDriver driver = driver(strict, forgetful);
        Progress untilTheRun = new Progress() {
            @Override
            public void on(Sample sample) {
                driver.stop();
            }
        };
        LoadResult run = driver.measure(Order.of(long_, 1), untilTheRun);

        assertThat(run.complaints())
                .anySatisfy(complaint -> assertThat(complaint)
                        .contains("in the warm-up, which is not judged", "deliveries, such as missing"));
        assertThat(run.result().environment().get("warm-up")).contains("not as promised in it");
        assertThat(run.result().checked().found()).as("of the run itself").isZero();
    }

    @Test
    void aRunIsOverAtTheLatestWhenItsSettingsSaySo() {
        Scenario endless = Scenario.named("endless")
                .behaviour(Behaviour.of("idle", peer -> peer.connect().pause(Duration.ofHours(10))))
                .phase("all", Arrivals.spike(10), Duration.ofMillis(100))
                .patience(Duration.ofMillis(300))
                .build();
        LoadSettings settings = PATIENT.withDeliveryTimeout(Duration.ofMillis(500));
        assertThat(settings.longest(endless)).isEqualTo(Duration.ofMillis(700 + 2800 + 400 + 2800));
        assertThat(settings.withWarmUp(Duration.ZERO).longest(endless)).isEqualTo(Duration.ofMillis(400 + 2800));

        LoadResult run = driver(settings, new Counting()).measure(Order.of(endless, 1), Progress.NONE);
        assertThat(run.result().verdict()).isEqualTo(Verdict.FAILED);
        assertThat(run.result().count(Count.PEERS_UNFINISHED)).isEqualTo(10);
        assertThat(run.result().took())
                .as("with five seconds for a busy machine")
                .isLessThan(settings.longest(endless).plusSeconds(5));
    }

    @Test
    void itsSecondsAreToldApartFromThoseOfTheRun() {
        AtomicInteger ofRun = new AtomicInteger();
        driver(PATIENT.withWarmUp(Duration.ofMillis(1500)), new Counting()).measure(Order.of(CHAT, 1), new Progress() {
            @Override
            public void on(Sample sample) {
                ofRun.incrementAndGet();
                assertThat(seconds).hasPositiveValue();
            }

            @Override
            public void onWarmUp(Sample sample) {
                seconds.incrementAndGet();
                assertThat(ofRun).hasValue(0);
            }
        });
        assertThat(seconds).hasPositiveValue();
    }

    @Test
    void whoIsStoppedWhileWarmingUpRunsNothing() {
        LoopbackDriver driver = driver(PATIENT.withWarmUp(Duration.ofMinutes(10)), new Counting());
        LoadResult run = driver.measure(Order.of(CHAT, 1), new Progress() {
            @Override
            public void on(Sample sample) {}

            @Override
            public void onWarmUp(Sample sample) {
                driver.stop();
            }
        });
        assertThat(run.result().verdict()).isEqualTo(Verdict.VOID);
        assertThat(run.result().reasons()).contains("the run was stopped before its end");
        assertThat(run.result().count(Count.PEERS_STARTED)).isZero();
    }

    @Test
    void aTenthOfThePeersComesTenTimesAsFastButNotFewerThanTen() {
        assertThat(Playing.warmUp(26_000, SHORT).oneOf()).isEqualTo(10);
        assertThat(Playing.warmUp(60, SHORT).oneOf()).isEqualTo(6);
        assertThat(Playing.warmUp(10, SHORT).oneOf()).isEqualTo(1);
        assertThat(Playing.warmUp(2, SHORT).oneOf()).isEqualTo(1);
        assertThat(Playing.warmUp(26_000, SHORT).nanos(1_000)).isEqualTo(100);
        assertThat(Playing.AS_IT_IS.nanos(1_000)).isEqualTo(1_000);
    }

    @Test
    void roomsAreOnesOwnWhereTheScenarioLeavesTheirNamesToAFeeder() {
        Playing warmUp = Playing.warmUp(100, SHORT);
        assertThat(warmUp.room(RoomChoice.of("chat/{}/public", Feeder.groupsOf(10, 4)), 3))
                .isEqualTo("chat/3-warm-up/public");
        assertThat(warmUp.room(RoomChoice.of("lobby"), 0)).isEqualTo("lobby");
        assertThat(Playing.AS_IT_IS.room(TENS, 3)).isEqualTo("chat/3");
    }

    @Test
    void peersOfAWarmUpAndOfARunHaveNoNumberInCommonWhateverTheNumberOfProcesses() {
        Playing warmUp = Playing.warmUp(100, SHORT);
        for (int processes : List.of(1, 2, 3, 7, 249, 250)) {
            int first = warmUp.firstNumber(processes);
            assertThat(first % processes).isZero();
            assertThat(warmUp.hasSender(first)).isTrue();
            assertThat(Playing.AS_IT_IS.hasSender(first)).isFalse();
        }
        int mostOfARun = (1 << 28) + 100_000_000;
        assertThat(Playing.AS_IT_IS.hasSender(mostOfARun)).isTrue();
        assertThat(warmUp.hasSender(mostOfARun)).isFalse();
        assertThat(TENS.feeder().open().next(warmUp.firstNumber(3), new Dice(1)))
                .as("a room for a peer of a warm-up")
                .isBetween(0, 3);
    }

    @Test
    void ofManyFaultsTheFirstAreTold() {
        assertThat(new WarmUp(Duration.ofSeconds(5), List.of()).text()).isEqualTo("5 s, not measured");
        assertThat(new WarmUp(SHORT, List.of("a", "b", "c", "d", "e")).text())
                .isEqualTo("700 ms, not measured; not as promised in it: a; b; c and 2 more");
    }

    @Test
    void aNegativeWarmUpIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PATIENT.withWarmUp(Duration.ofSeconds(-1)))
                .withMessageContaining("warmUp is PT-1S");
    }

    private static LoopbackDriver driver(LoadSettings settings, RoomHandler handler) {
        return new LoopbackDriver(2, settings, node -> node.room("chat/{topic}", handler));
    }
}
