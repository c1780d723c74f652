package io.roomcast.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.fault.FaultKind;
import io.roomcast.testkit.fault.FaultPlan;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Finding;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Ending;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Misdeed;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Subprotocol;
import io.roomcast.testkit.scenario.Think;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoopbackDriverTest {

    /** A machine that does other things too must not make these tests void. */
    private static final LoadSettings PATIENT =
            LoadSettings.DEFAULTS.withMostLag(Duration.ofSeconds(10)).withDeliveryTimeout(Duration.ofSeconds(5));

    private static final RoomChoice TENS = RoomChoice.of("chat/{}", Feeder.groupsOf(10, 6));

    private static class Relaying implements RoomHandler {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            if (message.to().isPresent()) {
                room.broadcast(message).toPeers(message.to().get()).send();
            } else {
                room.broadcast(message).except(peer).send();
            }
        }

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return CompletableFuture.completedFuture(request);
        }
    }

    @ParameterizedTest
    @EnumSource(Subprotocol.class)
    void whatPeersSayReachesAllWhoAreThere(Subprotocol subprotocol) {
        LoadResult run = run(
                2,
                new Relaying(),
                peer -> peer.connect(subprotocol)
                        .join("room", TENS)
                        .barrier("all", 60, Duration.ofSeconds(20))
                        .repeat(
                                3,
                                again -> again.think(Think.uniform(Duration.ofMillis(1), Duration.ofMillis(20)))
                                        .broadcast("room", "say", Payload.between(30, 200)))
                        .expect("room", 27, Duration.ofSeconds(20)));

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().count(Count.PEERS_FINISHED)).isEqualTo(60);
        assertThat(run.result().count(Count.MESSAGES_SENT)).isEqualTo(180);
        assertThat(run.result().count(Count.MESSAGES_RECEIVED)).isEqualTo(180 * 9);
        assertThat(run.result().checked().broadcasts()).isEqualTo(180);
        assertThat(run.result().checked().owed()).isEqualTo(180 * 9);
        assertThat(run.result().measurements().merged(Metric.DELIVERY).getTotalCount())
                .isEqualTo(180 * 9);
        assertThat(run.result().measurements().merged(Metric.CONNECT).getTotalCount())
                .isEqualTo(60);
        assertThat(run.result().measurements().merged(Metric.ROOM_SIZE).getMean())
                .isEqualTo(10);
    }

    @Test
    void aMessageThatOneOfThemDoesNotGetIsFoundMissing() {
        AtomicInteger messages = new AtomicInteger();
        RoomHandler lossy = new Relaying() {
            @Override
            public void onMessage(Room room, Peer peer, Message message) {
                if (messages.incrementAndGet() != 7) {
                    super.onMessage(room, peer, message);
                }
            }
        };
        LoadResult run = new LoopbackDriver(
                        1,
                        PATIENT.withDeliveryTimeout(Duration.ofMillis(300)),
                        node -> node.room("chat/{topic}", lossy))
                .measure(
                        Order.of(
                                scenario(peer -> peer.connect()
                                        .join("room", TENS)
                                        .barrier("all", 60, Duration.ofSeconds(20))
                                        .broadcast("room", "say", Payload.smallest())
                                        .barrier("said", 60, Duration.ofSeconds(20))
                                        .pause(Duration.ofMillis(500))),
                                1),
                        Progress.NONE);

        assertThat(run.result().verdict()).isEqualTo(Verdict.FAILED);
        assertThat(run.result().checked().found()).isEqualTo(9);
        assertThat(run.result().checked().findings()).extracting(Finding::kind).containsOnly("missing");
        assertThat(run.result().measurements().merged(Metric.DELIVERY).getMaxValue())
                .as("what is missing is a sample too")
                .isGreaterThanOrEqualTo(Duration.ofMillis(299).toNanos());
    }

    @Test
    void aMessageThatArrivesTwiceIsFound() {
        AtomicInteger messages = new AtomicInteger();
        RoomHandler doubling = new Relaying() {
            @Override
            public void onMessage(Room room, Peer peer, Message message) {
                super.onMessage(room, peer, message);
                if (messages.incrementAndGet() == 7) {
                    super.onMessage(room, peer, message);
                }
            }
        };
        LoadResult run = run(1, doubling, talk());

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.FAILED);
        assertThat(run.result().checked().findings()).extracting(Finding::kind).containsOnly("twice");
    }

    @Test
    void aMessageToOnePeerReachesThatOne() {
        LoadResult run = run(
                2,
                new Relaying(),
                peer -> peer.connect()
                        .join("room", TENS)
                        .barrier("all", 60, Duration.ofSeconds(20))
                        .repeat(
                                3,
                                again -> again.pause(Duration.ofMillis(5)).send("room", "signal", Payload.smallest()))
                        .pause(Duration.ofMillis(300)));

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().checked().broadcasts()).isEqualTo(180);
        assertThat(run.result().checked().owed()).isPositive();
        assertThat(run.result().checked().owed() + run.result().checked().permitted())
                .as("each is for one, who may have left before it came")
                .isEqualTo(180);
    }

    @Test
    void requestsAreAnsweredAndOnesThatAreNotCountWithTheirWholeTimeout() {
        AtomicInteger requests = new AtomicInteger();
        RoomHandler forgetful = new Relaying() {
            @Override
            public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
                return requests.incrementAndGet() == 7
                        ? new CompletableFuture<>()
                        : super.onRequest(room, peer, request);
            }
        };
        LoadResult run = run(
                1,
                forgetful,
                peer -> peer.connect()
                        .join("room", TENS)
                        .request("room", "ask", Payload.bytes(100), Duration.ofMillis(400)));

        assertThat(run.result().count(Count.REQUESTS)).isEqualTo(60);
        assertThat(run.result().count(Count.REPLIES)
                        + run.result().count(Count.REQUESTS_TIMED_OUT)
                        + run.result().count(Count.REQUESTS_REFUSED))
                .isEqualTo(60);
        assertThat(run.result().count(Count.REPLIES)).isEqualTo(59);
        assertThat(run.result().measurements().merged(Metric.REQUEST).getMaxValue())
                .isGreaterThanOrEqualTo(Duration.ofMillis(390).toNanos());
    }

    @Test
    void peersOfBothSubprotocolsHearEachOther() {
        Scenario.Builder mixed = Scenario.named("mixed");
        for (Subprotocol subprotocol : Subprotocol.values()) {
            mixed.behaviour(
                    1,
                    Behaviour.of(
                            subprotocol.name(),
                            peer -> peer.connect(subprotocol)
                                    .join("room", TENS)
                                    .barrier("all", 60, Duration.ofSeconds(20))
                                    .broadcast("room", "say", Payload.between(30, 200))
                                    .request("room", "ask", Payload.smallest())
                                    .expect("room", 9, Duration.ofSeconds(20))));
        }
        Scenario all = mixed.phase("all", Arrivals.spike(60), Duration.ofMillis(100))
                .patience(Duration.ofSeconds(30))
                .build();
        LoadResult run = driver(2, new Relaying()).measure(Order.of(all, 1), Progress.NONE);

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().count(Count.MESSAGES_RECEIVED)).isEqualTo(60 * 9);
        assertThat(run.result().count(Count.REPLIES)).isEqualTo(60);
    }

    @ParameterizedTest
    @EnumSource(Subprotocol.class)
    void badClientsGetWhatTheyDeserveAndNobodyElseNotices(Subprotocol subprotocol) {
        Scenario.Builder mixed = Scenario.named("mixed").behaviour(18, Behaviour.of("good", talk()));
        for (Misdeed misdeed : EnumSet.complementOf(EnumSet.of(Misdeed.PONG_SILENCE))) {
            mixed.behaviour(
                    1,
                    Behaviour.of(
                            misdeed.name(),
                            peer -> peer.connect(subprotocol).join("room", TENS).misbehave(misdeed)));
        }
        Scenario all = mixed.phase("all", Arrivals.spike(120), Duration.ofMillis(200))
                .patience(Duration.ofSeconds(20))
                .build();
        LoadResult run = driver(1, new Relaying()).measure(Order.of(all, 1), Progress.NONE);

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().count(Count.PEERS_FINISHED)).isEqualTo(120);
    }

    @Test
    void whoAnswersNoPingIsClosed() {
        Scenario silent = Scenario.named("silent")
                .behaviour(Behaviour.of(
                        "silent", peer -> peer.connect().join("room", TENS).misbehave(Misdeed.PONG_SILENCE)))
                .phase("all", Arrivals.spike(3), Duration.ofMillis(100))
                .build();
        LoadResult run = new LoopbackDriver(
                        1,
                        PATIENT,
                        node -> node.room("chat/{topic}", new Relaying())
                                .limits(Limits.builder()
                                        .pingInterval(Duration.ofMillis(300))
                                        .pongTimeout(Duration.ofMillis(300))
                                        .build()))
                .measure(Order.of(silent, 1), Progress.NONE);

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().lasted())
                .as(run.result().measurements().counts() + " " + run.complaints() + " "
                        + run.result().timeline())
                .isLessThan(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void connectionsEndInEveryWayAndPeersComeBack(Ending ending) {
        LoadResult run = run(1, new Relaying(), peer -> {
            peer.connect(ending == Ending.ABRUPT ? Subprotocol.JSON : Subprotocol.PROTOBUF)
                    .join("room", TENS)
                    .disconnect(ending)
                    .pause(Duration.ofMillis(20));
            if (ending == Ending.CLOSE) {
                peer.connect(Subprotocol.JSON).join("room", TENS);
            } else {
                peer.resume();
            }
            peer.request("room", "ask", Payload.smallest());
        });

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().count(Count.REPLIES)).isEqualTo(60);
        assertThat(run.result().count(Count.CONNECTS)).isEqualTo(120);
    }

    @Test
    void slowAndStalledReadersGetTheirMessagesLater() {
        LoadResult run = run(
                1,
                new Relaying(),
                peer -> peer.connect()
                        .readSlowly(20_000)
                        .join("room", TENS)
                        .barrier("all", 60, Duration.ofSeconds(20))
                        .broadcast("room", "say", Payload.bytes(1000))
                        .stall(Think.constant(Duration.ofMillis(100)))
                        .expect("room", 9, Duration.ofSeconds(10)));

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().count(Count.EXPECTATIONS_MET)).isEqualTo(60);
        assertThat(run.result().measurements().merged(Metric.DELIVERY).getValueAtPercentile(90))
                .as("nothing is read while it stalls")
                .isGreaterThan(Duration.ofMillis(90).toNanos());
    }

    @Test
    void peersOfADrainedNodeGoOnElsewhere() {
        Scenario chat = Scenario.named("chat")
                .behaviour(Behaviour.of(
                        "talker",
                        peer -> peer.connect()
                                .join("room", TENS)
                                .repeat(
                                        15,
                                        again -> again.pause(Duration.ofMillis(100))
                                                .broadcast("room", "say", Payload.smallest()))))
                .phase("all", Arrivals.spike(30), Duration.ofMillis(100))
                .patience(Duration.ofSeconds(30))
                .build();
        FaultPlan drain = FaultPlan.of(Fault.of(FaultKind.DRAIN, Duration.ofMillis(400), Duration.ofSeconds(5), 1));
        LoadResult run = driver(2, new Relaying()).measure(Order.of(chat, 1).with(drain), Progress.NONE);

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().count(Count.PEERS_FINISHED)).isEqualTo(30);
        assertThat(run.result().count(Count.CONNECTIONS_LOST)).isEqualTo(15);
    }

    @Test
    void aLateGeneratorMakesTheRunVoid() {
        LoadResult run = new LoopbackDriver(
                        1, PATIENT.withMostLag(Duration.ofNanos(1)), node -> node.room("chat/{topic}", new Relaying()))
                .measure(Order.of(scenario(talk()), 1), Progress.NONE);

        assertThat(run.result().verdict()).isEqualTo(Verdict.VOID);
        assertThat(run.result().reasons().get(0)).contains("the generator was late", "more processes");
    }

    @Test
    void faultsThatCannotBeHadAreRefusedBeforehand() {
        FaultPlan loss = FaultPlan.of(Fault.of(FaultKind.LOSS, Duration.ZERO, Duration.ofSeconds(1), 1, 10));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> driver(1, new Relaying())
                        .run(Order.of(scenario(talk()), 1).with(loss), Progress.NONE))
                .withMessageContaining("LOSS")
                .withMessageContaining("virtual time");
    }

    @Test
    void aPoolStaysFull() {
        Scenario pool = Scenario.named("pool")
                .behaviour(Behaviour.of(
                        "short", peer -> peer.connect().join("room", TENS).pause(Duration.ofMillis(100))))
                .phase("all", Arrivals.pool(10, Duration.ofMillis(600)))
                .build();
        LoadResult run = driver(1, new Relaying()).measure(Order.of(pool, 1), Progress.NONE);

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().count(Count.PEERS_STARTED)).isBetween(20L, 70L);
    }

    private static Consumer<Behaviour.Steps> talk() {
        return peer -> peer.connect()
                .join("room", TENS)
                .pause(Duration.ofMillis(200))
                .broadcast("room", "say", Payload.smallest())
                .pause(Duration.ofMillis(400));
    }

    private static Scenario scenario(Consumer<Behaviour.Steps> script) {
        return Scenario.named("test")
                .behaviour(Behaviour.of("peer", script))
                .phase("all", Arrivals.spike(60), Duration.ofMillis(100))
                .patience(Duration.ofSeconds(30))
                .build();
    }

    private static LoopbackDriver driver(int nodes, RoomHandler handler) {
        return new LoopbackDriver(nodes, PATIENT, node -> node.room("chat/{topic}", handler));
    }

    private static LoadResult run(int nodes, RoomHandler handler, Consumer<Behaviour.Steps> script) {
        return driver(nodes, handler).measure(Order.of(scenario(script), 1), Progress.NONE);
    }
}
