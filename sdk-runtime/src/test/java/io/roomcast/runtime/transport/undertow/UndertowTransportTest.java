package io.roomcast.runtime.transport.undertow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.roomcast.Limits;
import io.roomcast.RoomcastException;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.websocket.Opcode;
import io.undertow.Handlers;
import io.undertow.Undertow;
import java.io.ByteArrayOutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UndertowTransportTest {

    @Test
    void aMessageIsEchoedAndAClosedConnectionLeavesNothing() throws Exception {
        try (EchoServer server = new EchoServer();
                RawClient client = RawClient.open(server.address())) {
            client.sendFrame(Opcode.TEXT, "grüße".getBytes(UTF_8));
            assertThat(client.readFrame().text()).isEqualTo("grüße");

            client.send(RawClient.close(1000));
            assertThat(client.readClose()).isEqualTo(1000);
            assertThat(server.closeCodes.poll(5, TimeUnit.SECONDS)).isEqualTo(1000);
            await("the slot is free again").until(() -> server.transport.connections() == 0);
        }
    }

    @Test
    void theHandshakeTellsTheAcceptorWhatWasAsked() throws Exception {
        try (EchoServer server = new EchoServer();
                RawClient client = RawClient.connect(server.address())) {
            client.send(RawClient.goodHandshake(server.address().getPort())
                    .replace("GET /roomcast ", "GET /roomcast?a=1%202&a=3&b ")
                    .replace("Origin:", "X-Tracing: 7\r\nOrigin:"));
            String head = client.readHead();
            assertThat(head)
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("Upgrade: websocket")
                    .containsIgnoringCase("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                    .containsIgnoringCase("Sec-WebSocket-Protocol: echo")
                    .doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
            Handshake handshake = server.handshakes.poll(5, TimeUnit.SECONDS);
            assertThat(handshake).isNotNull();
            assertThat(handshake.path()).isEqualTo("/roomcast");
            assertThat(handshake.subprotocol()).isEqualTo("echo");
            assertThat(handshake.headers()).containsEntry("x-tracing", List.of("7"));
            assertThat(handshake.query())
                    .containsEntry("a", List.of("1 2", "3"))
                    .containsKey("b");
        }
    }

    @Test
    void framesRightBehindTheHandshakeAreNotLost() throws Exception {
        try (EchoServer server = new EchoServer();
                RawClient client = RawClient.connect(server.address())) {
            byte[] early = RawClient.frame(true, Opcode.TEXT, "early".getBytes(UTF_8));
            String handshake = RawClient.goodHandshake(server.address().getPort());
            // The second frame is cut: its rest comes later.
            client.send(handshake + new String(early, ISO_8859_1) + new String(early, 0, 4, ISO_8859_1));
            assertThat(client.readHead()).startsWith("HTTP/1.1 101");
            assertThat(client.readFrame().text()).isEqualTo("early");

            client.send(new String(early, ISO_8859_1).substring(4));
            assertThat(client.readFrame().text()).isEqualTo("early");
        }
    }

    @Test
    void twoHundredMessagesInOneSegmentComeBackInOrder() throws Exception {
        try (EchoServer server = new EchoServer();
                RawClient client = RawClient.open(server.address())) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 200; i++) {
                all.writeBytes(RawClient.frame(true, Opcode.TEXT, ("message " + i).getBytes(UTF_8)));
            }
            client.send(all.toByteArray());
            for (int i = 0; i < 200; i++) {
                assertThat(client.readFrame().text()).isEqualTo("message " + i);
            }
        }
    }

    @Test
    void aMessageFarLargerThanTheBuffersComesBackWhole() throws Exception {
        Limits limits = Limits.builder()
                .maxMessageBytes(8 << 20)
                .outboundBytesPerPeer(16 << 20)
                .build();
        try (EchoServer server = new EchoServer(limits, UnaryOperator.identity());
                RawClient client = RawClient.open(server.address())) {
            byte[] large = new byte[5_000_000];
            for (int i = 0; i < large.length; i++) {
                large[i] = (byte) (i * 31 + i / 1000);
            }
            client.sendFrame(Opcode.BINARY, large);
            assertThat(client.readFrame().payload()).isEqualTo(large);
        }
    }

    @Test
    void tlsCarriesTheSame(@TempDir Path folder) throws Exception {
        SSLContext tls = TestCertificate.context(folder);
        try (EchoServer server = new EchoServer(
                Limits.defaults(), builder -> builder.listenTls(new InetSocketAddress("127.0.0.1", 0), tls))) {
            int port = server.transport.addresses().get(1).getPort();
            SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
            try (RawClient client = new RawClient(socket)) {
                byte[] payload = new byte[60_000];
                String handshake = RawClient.goodHandshake(port).replace("Origin: http:", "Origin: https:");
                String early = new String(RawClient.frame(true, Opcode.BINARY, payload), ISO_8859_1);
                client.send(handshake + early);
                assertThat(client.readHead()).startsWith("HTTP/1.1 101");
                assertThat(client.readFrame().payload()).isEqualTo(payload);

                client.send(new byte[] {(byte) 0x81, 1, 'x'});
                assertThat(client.readClose()).isEqualTo(1002);
            }
            assertThat(server.closeCodes.poll(5, TimeUnit.SECONDS)).isEqualTo(1002);
        }
    }

    // How clients leave.

    @Test
    void aResetEndsTheConnection() throws Exception {
        try (EchoServer server = new EchoServer()) {
            RawClient client = RawClient.open(server.address());
            client.reset();
            assertThat(server.closeCodes.poll(5, TimeUnit.SECONDS)).isEqualTo(1006);
        }
    }

    @Test
    void theEndOfInputInsideAFrameEndsTheConnection() throws Exception {
        try (EchoServer server = new EchoServer();
                RawClient client = RawClient.open(server.address())) {
            client.send(new byte[] {(byte) 0x82, (byte) 0xFF, 0, 0});
            client.socket.shutdownOutput();
            assertThat(server.closeCodes.poll(5, TimeUnit.SECONDS)).isEqualTo(1006);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void aClientThatDoesNotAnswerACloseIsCutAfterTheTimeout() throws Exception {
        Limits limits = Limits.builder().closeTimeout(Duration.ofMillis(200)).build();
        try (EchoServer server = new EchoServer(limits, UnaryOperator.identity());
                RawClient client = RawClient.open(server.address())) {
            Connection connection = server.connections.poll(5, TimeUnit.SECONDS);
            assertThat(connection).isNotNull();
            connection.loop().execute(() -> connection.close(4001, "bye"));
            assertThat(server.closeCodes.poll(5, TimeUnit.SECONDS)).isEqualTo(4001);
            assertThat(client.readClose()).isEqualTo(4001);
        }
    }

    @Test
    void aClientThatReadsNothingIsCutAfterTheWriteTimeout() throws Exception {
        Limits limits = Limits.builder()
                .writeTimeout(Duration.ofMillis(300))
                .maxMessageBytes(16 << 20)
                .outboundBytesPerPeer(32 << 20)
                .build();
        try (EchoServer server = new EchoServer(limits, UnaryOperator.identity());
                RawClient client = RawClient.open(server.address())) {
            client.sendFrame(Opcode.BINARY, new byte[16 << 20]);
            assertThat(server.closeCodes.poll(20, TimeUnit.SECONDS)).isEqualTo(4005);
        }
    }

    @Test
    void aPausedConnectionDeliversNothingUntilItIsResumed() throws Exception {
        try (EchoServer server = new EchoServer();
                RawClient client = RawClient.open(server.address())) {
            Connection connection = server.connections.poll(5, TimeUnit.SECONDS);
            assertThat(connection).isNotNull();
            onLoop(connection, connection::pauseReads);
            client.sendFrame(Opcode.TEXT, "held".getBytes(UTF_8));
            // A second client shows that the loop goes on; what was sent to it before is not read.
            onLoop(connection, () -> {});
            long before = connection.lastReceivedNanos();
            onLoop(connection, connection::resumeReads);
            assertThat(client.readFrame().text()).isEqualTo("held");
            assertThat(connection.lastReceivedNanos()).isGreaterThan(before);
        }
    }

    @Test
    void anAcceptorThatThrowsCostsItsConnectionOnly() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        UndertowTransport transport = UndertowTransport.listening(UndertowSettings.builder()
                .subprotocols("echo")
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .build());
        try {
            transport.start((connection, handshake) -> {
                if (broken.get()) {
                    throw new IllegalStateException("on purpose");
                }
                return new Nothing();
            });
            InetSocketAddress address = transport.addresses().get(0);
            try (RawClient client = RawClient.open(address)) {
                client.send(RawClient.close(1011));
                assertThat(client.readClose()).isEqualTo(1011);
            }
            broken.set(false);
            try (RawClient client = RawClient.open(address)) {
                client.send(RawClient.close(1000));
                assertThat(client.readClose()).isEqualTo(1000);
            }
        } finally {
            transport.close().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    // Limits.

    @Test
    void oneConnectionTooManyIsRefusedWith503AndASlotComesBack() throws Exception {
        Limits limits = Limits.builder().maxConnections(2).build();
        try (EchoServer server = new EchoServer(limits, UnaryOperator.identity());
                RawClient first = RawClient.open(server.address());
                RawClient second = RawClient.open(server.address())) {
            assertThat(first).isNotSameAs(second);
            try (RawClient third = RawClient.connect(server.address())) {
                third.send(RawClient.goodHandshake(server.address().getPort()));
                assertThat(third.readHead()).startsWith("HTTP/1.1 503 ").containsIgnoringCase("Retry-After: 5");
            }
            assertThat(server.refusals.poll(5, TimeUnit.SECONDS)).isEqualTo(503);
            second.reset();
            await("the slot is free again").until(() -> server.transport.connections() == 1);
            RawClient.open(server.address()).close();
        }
    }

    @Test
    void oneConnectionTooManyFromAnAddressIsRefusedWith429() throws Exception {
        Limits limits = Limits.builder().maxConnectionsPerAddress(1).build();
        try (EchoServer server = new EchoServer(limits, UnaryOperator.identity());
                RawClient first = RawClient.open(server.address())) {
            try (RawClient second = RawClient.connect(server.address())) {
                second.send(RawClient.goodHandshake(server.address().getPort()));
                assertThat(second.readHead()).startsWith("HTTP/1.1 429 ");
            }
            first.reset();
            await("the slot is free again").until(() -> server.transport.connections() == 0);
            RawClient.open(server.address()).close();
        }
    }

    @Test
    void aHeadThatIsTooLongIsRefused() throws Exception {
        Limits limits = Limits.builder().maxHeaderBytes(1024).build();
        try (EchoServer server = new EchoServer(limits, UnaryOperator.identity());
                RawClient client = RawClient.connect(server.address())) {
            client.send("GET /roomcast HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(2000) + "\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    // Starting and stopping.

    @Test
    void aTransportThatStopsAcceptingAnswers503AndKeepsItsConnections() throws Exception {
        try (EchoServer server = new EchoServer();
                RawClient old = RawClient.open(server.address())) {
            server.transport.stopAccepting();
            try (RawClient late = RawClient.connect(server.address())) {
                late.send(RawClient.goodHandshake(server.address().getPort()));
                assertThat(late.readHead()).startsWith("HTTP/1.1 503 ");
                assertThat(late.readToEnd()).isEqualTo("This node is stopping; connect to another one.\n");
            }
            old.sendFrame(Opcode.TEXT, "still here".getBytes(UTF_8));
            assertThat(old.readFrame().text()).isEqualTo("still here");
        }
    }

    @Test
    void closingCutsConnectionsTellsEachListenerAndFreesThePort() throws Exception {
        EchoServer server = new EchoServer();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(RawClient.open(server.address()));
        }
        await("all are open").until(() -> server.opened.get() == 20);
        server.close();
        assertThat(server.closed).hasValue(20);
        assertThat(server.closeCodes).containsOnly(1006);
        for (RawClient client : clients) {
            client.close();
        }
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> RawClient.connect(server.address()));
        awaitNoThreads();
        server.close();
    }

    /** The last IO thread says that the worker has ended, and so is alive for a moment after that. */
    private static void awaitNoThreads() {
        await("the transport's threads end")
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(thread -> thread.getName().startsWith("roomcast")));
    }

    @Test
    void anAddressThatIsTakenIsNamedAndNothingIsLeft() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            int free;
            try (ServerSocket other = new ServerSocket(0)) {
                free = other.getLocalPort();
            }
            UndertowTransport transport = UndertowTransport.listening(UndertowSettings.builder()
                    .subprotocols("echo")
                    .listen(new InetSocketAddress("127.0.0.1", free))
                    .listen(new InetSocketAddress("0.0.0.0", taken.getLocalPort()))
                    .build());
            assertThatExceptionOfType(RoomcastException.class)
                    .isThrownBy(() -> transport.start((connection, handshake) -> new Nothing()))
                    .withMessageContaining(":" + taken.getLocalPort());
            InetSocketAddress once = new InetSocketAddress("127.0.0.1", free);
            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> RawClient.connect(once));
            awaitNoThreads();
        }
    }

    @Test
    void aTransportIsStartedOnce() throws Exception {
        try (EchoServer server = new EchoServer()) {
            assertThatIllegalStateException().isThrownBy(() -> server.transport.start(server));
        }
    }

    @Test
    void aTransportWithoutAnAddressIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> UndertowTransport.listening(
                        UndertowSettings.builder().subprotocols("echo").build()));
    }

    // Loops.

    @Test
    void aLoopKeepsTheOrderOfTasksAndKnowsItself() throws Exception {
        try (EchoServer server = new EchoServer()) {
            assertThat(server.transport.loops()).hasSize(2);
            EventLoop loop = server.transport.loops().get(1);
            assertThat(loop.index()).isEqualTo(1);
            assertThat(loop.inLoop()).isFalse();
            List<Integer> order = new ArrayList<>();
            CountDownLatch done = new CountDownLatch(1);
            loop.execute(() -> {
                assertThat(loop.inLoop()).isTrue();
                loop.execute(() -> order.add(2));
                order.add(1);
            });
            loop.execute(() -> loop.execute(done::countDown));
            assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(order).containsExactly(1, 2);
        }
    }

    @Test
    void aTimerIsNotEarlyAndACancelledOneDoesNotRun() throws Exception {
        try (EchoServer server = new EchoServer()) {
            EventLoop loop = server.transport.loops().get(0);
            LinkedBlockingQueue<Long> ran = new LinkedBlockingQueue<>();
            long start = System.nanoTime();
            loop.execute(() -> {
                loop.schedule(20, () -> ran.add(-1L)).cancel();
                loop.schedule(10, () -> {
                    throw new IllegalStateException("on purpose");
                });
                loop.schedule(50, () -> ran.add(System.nanoTime() - start));
            });
            Long after = ran.poll(5, TimeUnit.SECONDS);
            assertThat(after).isNotNull().isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /** How late they are is the machine's business; that they are as precise as its clock shows in the median. */
    @Test
    void aTimerThatIsDueSoonIsNeitherEarlyNorRoundedUpToATick() throws Exception {
        try (EchoServer server = new EchoServer()) {
            EventLoop loop = server.transport.loops().get(0);
            List<Long> lateness = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                LinkedBlockingQueue<Long> ran = new LinkedBlockingQueue<>();
                loop.execute(() -> {
                    long start = System.nanoTime();
                    loop.scheduleSoon(2, () -> ran.add(-1L)).cancel();
                    loop.scheduleSoon(3, () -> {
                        throw new IllegalStateException("on purpose");
                    });
                    loop.scheduleSoon(5, () -> ran.add(System.nanoTime() - start));
                });
                Long after = ran.poll(5, TimeUnit.SECONDS);
                assertThat(after).isNotNull().isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(5));
                lateness.add(after);
            }
            lateness.sort(null);
            assertThat(lateness.get(7)).as("median of %s", lateness).isLessThan(TimeUnit.MILLISECONDS.toNanos(15));
        }
    }

    // In somebody else's server.

    @Test
    void theEndpointCanBeMountedInAnotherServer() throws Exception {
        Undertow[] server = new Undertow[1];
        Undertow starter = Undertow.builder()
                .setIoThreads(2)
                .setWorkerThreads(2)
                .addHttpListener(0, "127.0.0.1", exchange -> exchange.setStatusCode(204))
                .build();
        starter.start();
        UndertowTransport transport = UndertowTransport.mounted(
                UndertowSettings.builder().subprotocols("echo").build(), starter.getWorker());
        server[0] = Undertow.builder()
                .setWorker(starter.getWorker())
                .addHttpListener(0, "127.0.0.1", Handlers.path().addPrefixPath("/roomcast", transport.handler()))
                .build();
        server[0].start();
        try {
            LinkedBlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
            transport.start((connection, handshake) -> {
                assertThat(connection.loop().inLoop()).isTrue();
                return new Nothing() {
                    @Override
                    public void onClosed(int code, String reason) {
                        codes.add(code);
                    }
                };
            });
            assertThat(transport.addresses()).isEmpty();
            assertThat(transport.loops()).hasSize(2);
            InetSocketAddress address =
                    (InetSocketAddress) server[0].getListenerInfo().get(0).getAddress();
            for (int i = 0; i < 8; i++) {
                RawClient.open(address).reset();
                assertThat(codes.poll(5, TimeUnit.SECONDS)).isEqualTo(1006);
            }
            try (RawClient client = RawClient.open(address)) {
                transport.close().toCompletableFuture().get(5, TimeUnit.SECONDS);
                assertThat(codes.poll(5, TimeUnit.SECONDS)).isEqualTo(1006);
                assertThat(client.isAtEnd()).isTrue();
            }
            try (RawClient late = RawClient.connect(address)) {
                late.send(RawClient.goodHandshake(address.getPort()));
                assertThat(late.readHead()).startsWith("HTTP/1.1 503 ");
            }
            assertThat(transport.connections()).isZero();
        } finally {
            server[0].stop();
            starter.stop();
        }
    }

    private static void onLoop(Connection connection, Runnable task) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        connection.loop().execute(() -> {
            task.run();
            done.countDown();
        });
        assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
    }
}
