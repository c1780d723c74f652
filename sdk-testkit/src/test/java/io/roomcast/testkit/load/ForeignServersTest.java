package io.roomcast.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.roomcast.Authentication;
import io.roomcast.RoomHandler;
import io.roomcast.Roomcast;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.socket.Target;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What listens at the URL is something else: that is said before the run, with what to change. */
class ForeignServersTest {

    private static final String UPGRADED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

    private static final Scenario VISIT = Scenario.named("visit")
            .behaviour(Behaviour.of("visitor", peer -> peer.connect()))
            .phase("all", Arrivals.spike(3), Duration.ofMillis(100))
            .build();

    private static final LoadSettings HASTY = new LoadSettings(
            "", Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ZERO, 0, 1);

    /** Answers the first bytes of each connection with bytes of its own. */
    private static final class Fake implements AutoCloseable {

        private final ServerSocket server;
        private final byte[] answer;
        private final boolean hangsUp;

        Fake(ServerSocket server, byte[] answer, boolean hangsUp) {
            this.server = server;
            this.answer = answer;
            this.hangsUp = hangsUp;
            Thread thread = new Thread(this::serve, "fake");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve() {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    InputStream in = socket.getInputStream();
                    int first = in.read();
                    // All that has come, or the kernel ends the connection with a reset.
                    in.skipNBytes(in.available());
                    if (first >= 0) {
                        socket.getOutputStream().write(answer);
                    }
                    if (hangsUp) {
                        socket.close();
                    }
                } catch (IOException e) {
                    // The next one, or the end of the test.
                }
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    private static String saidAbout(String answer, boolean hangsUp) throws IOException {
        return saidAbout(answer.getBytes(StandardCharsets.ISO_8859_1), hangsUp);
    }

    private static String saidAbout(byte[] answer, boolean hangsUp) throws IOException {
        try (Fake fake = new Fake(listening(), answer, hangsUp)) {
            return saidAbout(fake.port(), LoadSettings.DEFAULTS);
        }
    }

    private static String saidAbout(int port, LoadSettings settings) {
        RemoteDriver driver =
                new RemoteDriver(List.of(Target.of("ws://127.0.0.1:" + port)), settings, GaugeSource.NONE);
        Throwable refused = catchThrowable(() -> driver.run(Order.of(VISIT, 1), Progress.NONE));
        assertThat(refused).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("127.0.0.1:" + port);
        return refused.getMessage();
    }

    @Test
    void aWebSocketServerOfAnotherKindTakesUpNoSubprotocol() throws IOException {
        assertThat(saidAbout(UPGRADED + "\r\n", false))
                .contains("takes up no subprotocol", "roomcast.v1.protobuf was offered", "another version");
    }

    @Test
    void aServerMayTakeUpNoneThatWasNotOffered() throws IOException {
        assertThat(saidAbout(UPGRADED + "sec-websocket-protocol: roomcast.v9.protobuf\r\n\r\n", false))
                .contains("takes up the subprotocol \"roomcast.v9.protobuf\"", "only roomcast.v1.protobuf was offered");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    400 Bad Request                     | does not know the subprotocol roomcast.v1.protobuf
                    404 Not Found                       | another path than /roomcast
                    426 Upgrade Required                | a proxy in between may not pass Upgrade on
                    429 Too Many Requests               | raise maxConnectionsPerAddress
                    503 Service Unavailable             | full or stopping
                    401 Unauthorized                    | asks for a password
                    200 OK                              | no WebSocket endpoint
                    502 Bad Gateway                     | does not reach it
                    """)
    void anotherStatusThan101IsExplained(String status, String said) throws IOException {
        assertThat(saidAbout("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n", true))
                .contains(said);
    }

    @Test
    void aRedirectionIsToldWithItsAddress() throws IOException {
        assertThat(saidAbout("HTTP/1.1 302 Found\r\nLocation: https://elsewhere/ws\r\n\r\n", true))
                .contains("redirects to https://elsewhere/ws");
    }

    @Test
    void aServerThatSpeaksFirstAndNoHttpIsQuoted() throws IOException {
        assertThat(saidAbout("220 mail.example ESMTP\r\n", false))
                .contains("answers in no HTTP: \"220 mail.example ESMTP\"", "check host, port and path");
    }

    @Test
    void bytesThatAreNoTextAreQuotedAsQuestionMarks() throws IOException {
        assertThat(saidAbout(new byte[] {1, 2, 27, '[', 'x', (byte) 0xff, 0}, false))
                .contains("\"???[x??\"");
    }

    @Test
    void aServerThatHangsUpIsNoWebSocketServer() throws IOException {
        assertThat(saidAbout("", true))
                .contains("before it answered the upgrade", "expects TLS", "check host and port");
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForLong() throws IOException {
        try (Fake fake = new Fake(listening(), new byte[0], false)) {
            assertThat(saidAbout(fake.port(), HASTY)).contains("answers nothing within 500 ms", "expects TLS");
        }
    }

    @Test
    void aServerThatOpensAndSaysNoWelcomeIsToldApart() throws IOException {
        byte[] answer =
                (UPGRADED + "Sec-WebSocket-Protocol: roomcast.v1.protobuf\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        try (Fake fake = new Fake(listening(), answer, false)) {
            assertThat(saidAbout(fake.port(), HASTY)).contains("opens the WebSocket and says no welcome");
        }
    }

    @Test
    void anAlertOfTlsIsRecognized() throws IOException {
        assertThat(saidAbout(new byte[] {21, 3, 3, 0, 2, 2, 10}, true)).contains("it speaks TLS", "use wss://");
    }

    @Test
    void aServerThatExplainsInHttpThatItExpectsTlsIsUnderstood() throws IOException {
        assertThat(saidAbout(
                        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<h1>The plain HTTP request was sent to HTTPS port</h1>",
                        true))
                .contains("it speaks TLS", "use wss://");
        assertThat(saidAbout("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n", true))
                .contains("it speaks TLS");
    }

    @Test
    void aServerOfTlsIsSaidToBeOne() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        ServerSocket server =
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        try (Fake fake = new Fake(server, new byte[0], true)) {
            assertThat(saidAbout(fake.port(), LoadSettings.DEFAULTS)).contains("TLS");
        }
    }

    @Test
    void aServerThatWantsToKnowWhoPeersAreIsSaidToNeedAToken() {
        try (Roomcast server = Roomcast.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .authenticator(
                        request -> java.util.concurrent.CompletableFuture.completedFuture(Authentication.refuse("no")))
                .room("chat/{topic}", new RoomHandler() {})
                .start()) {
            assertThat(saidAbout(server.addresses().get(0).getPort(), LoadSettings.DEFAULTS))
                    .contains("closed with 4002", "--token");
        }
    }
}
