package io.roomcast.benchmarks.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.RoomOptions;
import io.roomcast.benchmarks.load.Dialect;
import io.roomcast.benchmarks.load.LoadGenerator;
import io.roomcast.benchmarks.load.PlainDialect;
import io.roomcast.benchmarks.load.RoomcastDialect;
import io.roomcast.benchmarks.load.SignalForm;
import io.roomcast.benchmarks.load.SocketIoDialect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every server of a JVM does the same with what it gets. */
class ServersTest {

    private static final byte[] PAYLOAD = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** Long enough that somebody who should hear nothing would have heard it. */
    private static final Duration WHILE = Duration.ofMillis(50);

    private final List<String> heard = new ArrayList<>();

    static Stream<Arguments> servers() {
        return Stream.of(
                Arguments.of("undertow", new UndertowServer(), new PlainDialect()),
                Arguments.of("netty", new NettyServer(), new PlainDialect()),
                Arguments.of("vertx", new VertxServer(), new PlainDialect()),
                Arguments.of("netty-socketio", new NettySocketIoServer(), new SocketIoDialect()),
                Arguments.of(
                        "roomcast",
                        new RoomcastServer(RoomOptions.builder().nonBlocking().build()),
                        new RoomcastDialect(SignalForm.STRUCTURED_EACH, true)),
                Arguments.of(
                        "roomcast-blocking",
                        new RoomcastServer(RoomOptions.defaults()),
                        new RoomcastDialect(SignalForm.STRUCTURED_EACH, false)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("servers")
    void aMessageGoesToThoseThatTheRoomIsFor(String name, ServerUnderTest server, Dialect dialect) throws Exception {
        try (server;
                LoadGenerator clients = generator(server.start(1), dialect)) {
            clients.connect(3, 3, "repeat/x");
            clients.connect(3, 3, "relay/x");
            clients.connect(1, 1, "relay/y");
            clients.connect(2, 2, "echo/x");
            awaitAll(clients, server);

            clients.connections().get(0).publish(PAYLOAD);
            clients.connections().get(0).flush();
            expect(clients, "0", "1", "2");

            clients.connections().get(4).publish(PAYLOAD);
            clients.connections().get(4).flush();
            expect(clients, "3", "5");

            clients.connections().get(7).ask(PAYLOAD);
            clients.connections().get(7).flush();
            expect(clients, "7");
        }
    }

    private static void awaitAll(LoadGenerator clients, ServerUnderTest server) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (server.connections() != clients.connections().size()) {
            assertThat(System.nanoTime())
                    .as("the server to count " + clients.connections().size() + " connections, it counts "
                            + server.connections())
                    .isLessThan(deadline);
            clients.run(Duration.ofMillis(5));
        }
    }

    private LoadGenerator generator(int port, Dialect dialect) throws Exception {
        return new LoadGenerator(
                port,
                dialect,
                (connection, bytes, offset, length) -> {
                    byte[] payload = new byte[length];
                    bytes.get(offset, payload);
                    assertThat(payload).isEqualTo(PAYLOAD);
                    heard.add(Integer.toString(connection.index()));
                },
                1);
    }

    private void expect(LoadGenerator clients, String... connections) throws Exception {
        clients.runUntil("connections " + List.of(connections), () -> heard.size() >= connections.length);
        clients.run(WHILE);
        assertThat(heard).containsExactlyInAnyOrder(connections);
        heard.clear();
    }
}
