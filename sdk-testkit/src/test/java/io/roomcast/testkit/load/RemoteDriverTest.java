package io.roomcast.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.Roomcast;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Subprotocol;
import io.roomcast.testkit.socket.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteDriverTest {

    private static final LoadSettings SETTINGS = LoadSettings.DEFAULTS.withMostLag(Duration.ofSeconds(10));

    private Roomcast server;
    private String url;

    @BeforeEach
    void start() {
        server = Roomcast.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .limits(Limits.builder().maxMessageBytes(10_000).build())
                .room("chat/{topic}", new RoomHandler() {
                    @Override
                    public void onMessage(Room room, Peer peer, Message message) {
                        room.broadcast(message).except(peer).send();
                    }
                })
                .start();
        url = "ws://127.0.0.1:" + server.addresses().get(0).getPort();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aServerThatIsThereIsPutUnderLoad() {
        LoadResult run = driver(url).measure(Order.of(chat(100), 1), Progress.NONE);
        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().mode()).isEqualTo("remote");
        assertThat(run.result().checked().owed()).isPositive();
    }

    @Test
    void partsOfSeveralProcessesAddUp() {
        Order order = Order.of(chat(100), 1);
        RunClock clock = RunClock.now();
        List<LoadPart> parts = List.of(
                new RemoteDriver(List.of(Target.of(url)), SETTINGS.asProcess(0, 2), GaugeSource.NONE)
                        .share(order, Progress.NONE, clock),
                new RemoteDriver(List.of(Target.of(url)), SETTINGS.asProcess(1, 2), GaugeSource.NONE)
                        .share(order, Progress.NONE, RunClock.now()));
        LoadResult run = RemoteDriver.together(order, List.of(Target.of(url)), SETTINGS, parts, Duration.ZERO);
        assertThat(run.result().count(io.roomcast.testkit.result.Count.PEERS_FINISHED))
                .isEqualTo(20);
        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void aServerThatIsNotThereIsSaidBeforehand() {
        server.close();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> driver(url).run(Order.of(chat(100), 1), Progress.NONE))
                .withMessageContaining(url)
                .withMessageContaining("is the server running");
    }

    @Test
    void anEndpointElsewhereIsSaidBeforehand() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> driver(url + "/elsewhere").run(Order.of(chat(100), 1), Progress.NONE))
                .withMessageContaining("another path than /elsewhere");
    }

    @Test
    void payloadsThatTheServerDoesNotTakeAreSaidBeforehand() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> driver(url).run(Order.of(chat(20_000), 1), Progress.NONE))
                .withMessageContaining("20000 bytes")
                .withMessageContaining("10000");
    }

    @Test
    void payloadsThatAreTooLongInJsonAreSaidBeforehand() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> driver(url).run(Order.of(chat(8_000, Subprotocol.JSON), 1), Progress.NONE))
                .withMessageContaining("10668 in JSON")
                .withMessageContaining("10000");
    }

    @Test
    void moreConnectionsThanThisProcessMayHaveAreRefusedBeforehand() {
        Scenario huge = Scenario.named("huge")
                .behaviour(Behaviour.of("idle", peer -> peer.connect().pause(Duration.ofSeconds(1))))
                .phase("all", Arrivals.spike(100_000_000), Duration.ofSeconds(1))
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> driver(url).run(Order.of(huge, 1), Progress.NONE))
                .withMessageContaining("open files");
    }

    @Test
    void aRunThatIsStoppedIsVoid() {
        RemoteDriver driver = driver(url);
        Scenario endless = Scenario.named("endless")
                .behaviour(Behaviour.of("idle", peer -> peer.connect().pause(Duration.ofHours(1))))
                .phase("all", Arrivals.spike(3), Duration.ofSeconds(1))
                .build();
        LoadResult run = driver.measure(Order.of(endless, 1), sample -> driver.stop());
        assertThat(run.result().verdict()).isEqualTo(Verdict.VOID);
        assertThat(run.result().reasons()).contains("the run was stopped before its end");
    }

    private static RemoteDriver driver(String url) {
        return new RemoteDriver(List.of(Target.of(url)), SETTINGS, GaugeSource.NONE);
    }

    private static Scenario chat(int bytes) {
        return chat(bytes, Subprotocol.PROTOBUF);
    }

    private static Scenario chat(int bytes, Subprotocol subprotocol) {
        return Scenario.named("chat")
                .behaviour(Behaviour.of(
                        "talker",
                        peer -> peer.connect(subprotocol)
                                .join("room", RoomChoice.of("chat/all"))
                                .repeat(
                                        3,
                                        again -> again.pause(Duration.ofMillis(30))
                                                .broadcast("room", "say", Payload.bytes(bytes)))))
                .phase("all", Arrivals.spike(20), Duration.ofMillis(100))
                .patience(Duration.ofSeconds(20))
                .build();
    }
}
