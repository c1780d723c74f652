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
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Ending;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Subprotocol;
import io.roomcast.testkit.socket.Target;
import io.roomcast.testkit.socket.Trust;
import io.roomcast.testkit.tls.TestCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TlsServersTest {

    private static final LoadSettings SETTINGS = LoadSettings.DEFAULTS.withMostLag(Duration.ofSeconds(10));
    private static final int PEERS = 50;

    private static SSLContext context;
    private static Roomcast server;
    private static int tlsPort;
    private static int plainPort;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        context = TestCertificate.context(folder);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        server = Roomcast.builder()
                .listen(anyPort)
                .listenTls(anyPort, context)
                .limits(Limits.builder().maxMessageBytes(200_000).build())
                .room("chat/{topic}", new RoomHandler() {
                    @Override
                    public void onMessage(Room room, Peer peer, Message message) {
                        room.broadcast(message).except(peer).send();
                    }
                })
                .start();
        plainPort = server.addresses().get(0).getPort();
        tlsPort = server.addresses().get(1).getPort();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Subprotocol.class)
    void aServerBehindTlsIsPutUnderLoad(Subprotocol subprotocol) {
        LoadResult run = measure(chat(subprotocol, 300, Arrivals.spike(PEERS)));

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().count(Count.PEERS_FINISHED)).isEqualTo(PEERS);
        assertThat(run.result().checked().owed()).isGreaterThanOrEqualTo(3L * PEERS);
        assertThat(run.result().mode()).isEqualTo("remote");
    }

    @Test
    void messagesOfManyRecordsArriveWhole() {
        LoadResult run = measure(chat(Subprotocol.PROTOBUF, 190_000, Arrivals.spike(3)));

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().checked().owed()).isGreaterThanOrEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource(value = Ending.class, mode = EnumSource.Mode.EXCLUDE, names = "CLOSE")
    void aSessionOutlivesAConnectionThatIsLostBehindTls(Ending ending) {
        LoadResult run = measure(Scenario.named("lost")
                .behaviour(Behaviour.of(
                        "returner",
                        peer -> peer.connect()
                                .join("room", RoomChoice.of("chat/all"))
                                .broadcast("room", "say", Payload.bytes(100))
                                .pause(Duration.ofMillis(50))
                                .disconnect(ending)
                                .pause(Duration.ofMillis(50))
                                .resume()
                                .broadcast("room", "say", Payload.bytes(100))))
                .phase("all", Arrivals.spike(20), Duration.ofMillis(100))
                .patience(Duration.ofSeconds(20))
                .build());

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().count(Count.PEERS_FINISHED)).isEqualTo(20);
    }

    @Test
    void aCertificateThatNobodyVouchesForIsSaidBeforehand() {
        assertRefused("wss://127.0.0.1:" + tlsPort, Trust.ofJvm())
                .withMessageContaining("its certificate is not trusted")
                .withMessageContaining("--insecure")
                .withMessageContaining("-Djavax.net.ssl.trustStore");
    }

    @Test
    void aCertificateForAnotherHostIsSaidBeforehand() {
        assertRefused("wss://localhost:" + tlsPort, Trust.in(context))
                .withMessageContaining("its certificate is not one for localhost")
                .withMessageContaining("--insecure");
    }

    @Test
    void anyCertificateIsAcceptedWhereThatIsSaidAndTheReportSaysSo() {
        LoadResult run = new RemoteDriver(
                        List.of(Target.of("wss://localhost:" + tlsPort, Trust.anyCertificate())),
                        SETTINGS,
                        GaugeSource.NONE)
                .measure(Order.of(chat(Subprotocol.PROTOBUF, 100, Arrivals.spike(5)), 1), Progress.NONE);

        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().mode()).isEqualTo("remote-insecure");
    }

    @Test
    void aPlainServerBehindWssIsSaidBeforehand() {
        assertRefused("wss://127.0.0.1:" + plainPort, Trust.in(context))
                .withMessageContaining("speak TLS")
                .withMessageContaining("use ws:// instead of wss://");
    }

    @Test
    void aTlsServerBehindWsIsSaidBeforehand() {
        assertRefused("ws://127.0.0.1:" + tlsPort, Trust.in(context)).withMessageContaining("TLS");
    }

    private static org.assertj.core.api.ThrowableAssertAlternative<IllegalArgumentException> assertRefused(
            String url, Trust trust) {
        RemoteDriver driver = new RemoteDriver(List.of(Target.of(url, trust)), SETTINGS, GaugeSource.NONE);
        return assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        driver.run(Order.of(chat(Subprotocol.PROTOBUF, 100, Arrivals.spike(5)), 1), Progress.NONE))
                .withMessageContaining(url);
    }

    private static LoadResult measure(Scenario scenario) {
        Target target = Target.of("wss://127.0.0.1:" + tlsPort, Trust.in(context));
        return new RemoteDriver(List.of(target), SETTINGS, GaugeSource.NONE)
                .measure(Order.of(scenario, 1), Progress.NONE);
    }

    private static Scenario chat(Subprotocol subprotocol, int bytes, Arrivals arrivals) {
        return Scenario.named("chat")
                .behaviour(Behaviour.of(
                        "talker",
                        peer -> peer.connect(subprotocol)
                                .join("room", RoomChoice.of("chat/all"))
                                .pause(Duration.ofMillis(500))
                                .repeat(
                                        3,
                                        again -> again.pause(Duration.ofMillis(30))
                                                .broadcast("room", "say", Payload.bytes(bytes)))
                                // Who leaves is owed nothing any more.
                                .pause(Duration.ofSeconds(1))))
                .phase("all", arrivals, Duration.ofMillis(100))
                .patience(Duration.ofSeconds(20))
                .build();
    }
}
