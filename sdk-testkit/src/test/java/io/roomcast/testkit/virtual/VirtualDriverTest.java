package io.roomcast.testkit.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.drive.Shrinker;
import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.fault.FaultKind;
import io.roomcast.testkit.fault.FaultPlan;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.StandardScenarios;
import io.roomcast.testkit.scenario.Think;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VirtualDriverTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Peers in rooms of ten that each say five things when all are there. */
    static Scenario roomsOfTen(int peers, double perSecond) {
        Duration arrivals = Duration.ofMillis((long) (peers / perSecond * 1000));
        return Scenario.named("rooms of ten")
                .behaviour(Behaviour.of(
                        "talker",
                        peer -> peer.connect()
                                .join("room", RoomChoice.of("chat/{}", Feeder.groupsOf(10, Math.max(1, peers / 10))))
                                .barrier("all are here", peers, Duration.ofMinutes(30))
                                .repeat(
                                        5,
                                        again -> again.think(
                                                        Think.uniform(Duration.ofMillis(100), Duration.ofSeconds(4)))
                                                .broadcast("room", "say", Payload.bytes(48)))
                                .barrier("all have spoken", peers, Duration.ofMinutes(30))
                                .leave("room")))
                .phase("all", Arrivals.constant(perSecond, arrivals), Duration.ofSeconds(25))
                .build();
    }

    private static RunResult run(VirtualDriver driver, Order order) {
        return driver.run(order, Progress.NONE);
    }

    @Test
    void tenThousandPeersGetEverythingThatIsSaidInTheirRooms() {
        RunResult result = run(VirtualDriver.nodes(5).build(), Order.of(roomsOfTen(10_000, 1000), 1));
        assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
        assertThat(result.count(Count.PEERS_FINISHED)).isEqualTo(10_000);
        assertThat(result.count(Count.MESSAGES_SENT)).isEqualTo(50_000);
        assertThat(result.count(Count.MESSAGES_RECEIVED)).isEqualTo(450_000);
        assertThat(result.checked().owed()).isEqualTo(450_000);
        assertThat(result.measurements().merged(Metric.ROOM_SIZE).getMaxValue()).isEqualTo(10);
        assertThat(result.timeline()).anyMatch(sample -> sample.peers() == 10_000);
    }

    @Test
    void oneSeedIsOneRun() {
        VirtualDriver driver = VirtualDriver.nodes(3).build();
        Scenario scenario = StandardScenarios.churn(60);
        FaultPlan faults = FaultPlan.random(9, 8, 3, Duration.ofSeconds(8), EnumSet.allOf(FaultKind.class));
        RunResult first = run(driver, new Order(scenario, 9, faults));
        RunResult second = run(driver, new Order(scenario, 9, faults));
        assertThat(second.signature()).isEqualTo(first.signature());
        assertThat(second.measurements().counts())
                .isEqualTo(first.measurements().counts());
        assertThat(run(driver, new Order(scenario, 10, faults)).signature()).isNotEqualTo(first.signature());
    }

    @Test
    void theSignatureIsTheSameOnEveryJvmThatIsHere() throws Exception {
        Set<String> signatures = new TreeSet<>();
        for (Path java : jvms()) {
            Process process = new ProcessBuilder(
                            java.toString(),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            SignatureProgram.class.getName())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String signature = new String(process.getInputStream().readAllBytes()).strip();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(signature).as("what " + java + " says").matches("[0-9a-f]{16}");
            signatures.add(signature);
        }
        assertThat(signatures).hasSize(1);
    }

    private static List<Path> jvms() throws IOException {
        Path own = Path.of(System.getProperty("java.home"), "bin", "java").toRealPath();
        Set<Path> all = new TreeSet<>(Set.of(own));
        File[] homes = new File("/usr/lib/jvm").listFiles();
        for (File home : homes == null ? new File[0] : homes) {
            Path java = home.toPath().resolve("bin/java");
            Path release = home.toPath().resolve("release");
            if (Files.isExecutable(java) && Files.isReadable(release)) {
                String version = Files.readString(release).replaceAll("(?s).*JAVA_VERSION=\"([0-9]+).*", "$1");
                if (Integer.parseInt(version) >= 17) {
                    all.add(java.toRealPath());
                }
            }
        }
        return List.copyOf(all);
    }

    static Stream<StandardRuns.Standard> standards() {
        return StandardRuns.all().stream();
    }

    @ParameterizedTest
    @MethodSource("standards")
    void theStandardScenariosPass(StandardRuns.Standard standard) {
        long base = System.nanoTime();
        var failure = standard.sweep().run(base, 4);
        assertThat(failure)
                .as(failure.map(found -> found.result().summary()).orElse(""))
                .isEmpty();
    }

    @Test
    void aFindingHasTheStoryOfItsPeerAndALineToSeeItAgain() {
        RoomHandler broken = new RoomHandler() {
            @Override
            public void onMessage(Room room, Peer peer, Message message) {
                // Past the room: the model knows of no such message.
                peer.send(message);
            }
        };
        Scenario scenario = Scenario.named("echo")
                .behaviour(Behaviour.of(
                        "talker",
                        peer -> peer.connect()
                                .join("hall")
                                .broadcast("hall", "say", Payload.smallest())
                                .pause(SECOND)))
                .phase("one", Arrivals.spike(1), SECOND)
                .build();
        RunResult result = run(VirtualDriver.nodes(1).room("hall", broken).build(), Order.of(scenario, 17));
        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.checked().findings()).hasSize(1);
        assertThat(result.checked().findings().get(0).kind()).isEqualTo("unexpected");
        assertThat(result.checked().findings().get(0).story())
                .anyMatch(line -> line.contains("joined hall"))
                .anyMatch(line -> line.contains("message 1 is handled"));
        assertThat(result.summary()).contains("Order.parse(scenario, \"17\") on 1 nodes");
        assertThat(Order.parse(scenario, "17")).isEqualTo(Order.of(scenario, 17));
    }

    @Test
    void ofManyFaultsTheOnesThatMatterAreFound() {
        Scenario scenario = Scenario.named("one message")
                .behaviour(Behaviour.of(
                        "peer",
                        peer -> peer.connect()
                                .join("hall")
                                .pause(SECOND)
                                .broadcast("hall", "say", Payload.smallest())
                                .expect("hall", 1, SECOND)))
                .phase("two", Arrivals.spike(2), Duration.ofSeconds(5))
                .build();
        VirtualDriver driver = VirtualDriver.nodes(2).build();
        Fault decisive = Fault.of(FaultKind.DEAF, Duration.ofMillis(500), SECOND, 2);
        FaultPlan harmless = FaultPlan.random(
                3, 12, 2, Duration.ofSeconds(4), EnumSet.of(FaultKind.CLOCK_SKEW, FaultKind.DUPLICATION));
        Order order = Order.of(scenario, 1)
                .with(new FaultPlan(Stream.concat(Stream.of(decisive), harmless.faults().stream())
                        .toList()));
        assertThat(run(driver, Order.of(scenario, 1).with(harmless)).verdict()).isEqualTo(Verdict.PASSED);
        assertThat(run(driver, order).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(new Shrinker(driver).shrink(order).faults().faults()).containsExactly(decisive);
    }

    @Test
    void aRunInWhichNobodyConnectsIsVoid() {
        Scenario scenario = Scenario.named("nobody")
                .behaviour(Behaviour.of("peer", Behaviour.Steps::connect))
                .phase("none", Arrivals.poisson(0.001, SECOND), SECOND)
                .build();
        assertThat(run(VirtualDriver.nodes(1).build(), Order.of(scenario, 1)).verdict())
                .isEqualTo(Verdict.VOID);
    }

    @Test
    void historiesThatNoRoomHasAreRefusedBeforeTheStart() {
        assertThatThrownBy(() -> run(VirtualDriver.nodes(1).build(), Order.of(StandardScenarios.archive(4), 1)))
                .hasMessageContaining("RoomOptions.history");
    }

    @Test
    void payloadsThatNoNodeTakesAreRefusedBeforeTheStart() {
        Scenario scenario = Scenario.named("large")
                .behaviour(Behaviour.of(
                        "peer", peer -> peer.connect().join("hall").broadcast("hall", "say", Payload.bytes(70_000))))
                .phase("one", Arrivals.spike(1), SECOND)
                .build();
        assertThatThrownBy(() -> run(VirtualDriver.nodes(1).build(), Order.of(scenario, 1)))
                .hasMessageContaining("limits().maxMessageBytes");
    }
}
