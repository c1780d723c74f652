package io.roomcast.runtime.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Limits;
import io.roomcast.runtime.transport.ConnectionListener;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryTransportTest {

    private static final int CONNECTIONS = 200;

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Integer> endedAtServer = new ArrayList<>();
    private final List<Integer> endedAtClient = new ArrayList<>();

    private MemoryTransport transport(int loops) {
        MemoryTransport transport =
                new MemoryTransport(loops, tasks::add, () -> 0, MemorySettings.of(Limits.defaults()));
        transport.start((connection, handshake) -> new Ended(Integer.parseInt(handshake.path())));
        for (int i = 0; i < CONNECTIONS; i++) {
            int number = i;
            transport.connect(
                    new InetSocketAddress(1),
                    Handshake.of(Integer.toString(i), Map.of(), Map.of(), ""),
                    new MemoryClient.Listener() {
                        @Override
                        public void onMessage(MessageType type, byte[] payload) {}

                        @Override
                        public void onClosed(int code, String reason) {
                            endedAtClient.add(number);
                        }
                    });
        }
        runAll();
        return transport;
    }

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    void connectionsEndInTheOrderInWhichTheyWereOpened() {
        MemoryTransport transport = transport(1);
        var closed = transport.close().toCompletableFuture();
        runAll();

        assertThat(endedAtServer)
                .containsExactlyElementsOf(
                        IntStream.range(0, CONNECTIONS).boxed().toList());
        assertThat(endedAtClient).isEqualTo(endedAtServer);
        assertThat(closed).isCompleted();
    }

    @Test
    void withSeveralLoopsThatHoldsForEachOfThem() {
        MemoryTransport transport = transport(3);
        transport.close();
        runAll();

        assertThat(endedAtServer).hasSize(CONNECTIONS);
        for (int loop = 0; loop < 3; loop++) {
            int mine = loop;
            assertThat(endedAtServer.stream().filter(number -> number % 3 == mine))
                    .isSorted();
        }
    }

    /** Takes down its end. */
    private final class Ended implements ConnectionListener {
        private final int number;

        Ended(int number) {
            this.number = number;
        }

        @Override
        public void onMessage(MessageType type, ByteBuffer payload) {}

        @Override
        public void onWritable() {}

        @Override
        public void onClosed(int code, String reason) {
            endedAtServer.add(number);
        }
    }
}
