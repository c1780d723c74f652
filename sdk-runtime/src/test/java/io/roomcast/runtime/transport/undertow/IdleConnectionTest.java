package io.roomcast.runtime.transport.undertow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IdleConnectionTest {

    private static final int CONNECTIONS = 300;

    @Test
    void anIdleConnectionKeepsNothingOfItsRequestAndNoTimer() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (EchoServer server = new EchoServer()) {
            // What other tests of this process still hold.
            String before = histogram();
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(RawClient.open(server.address()));
            }
            await("all are open").until(() -> server.opened.get() == CONNECTIONS);
            server.handshakes.clear();
            String histogram = histogram();
            assertThat(instances(histogram, "io.roomcast.runtime.transport.websocket.WebSocketConnection"))
                    .as("the histogram counts")
                    .isGreaterThanOrEqualTo(CONNECTIONS);
            for (String type : List.of(
                    "io.undertow.server.HttpServerExchange",
                    "org.xnio.nio.WorkerThread$TimeKey",
                    "io.roomcast.runtime.transport.Handshake")) {
                assertThat(instances(histogram, type) - instances(before, type))
                        .as(type)
                        .isLessThan(CONNECTIONS / 10);
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    /** Returns how many live objects there are of each class; collects garbage first. */
    private static String histogram() throws Exception {
        return (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
    }

    private static long instances(String histogram, String type) {
        return histogram
                .lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(words -> words.length >= 4 && words[3].equals(type))
                .mapToLong(words -> Long.parseLong(words[1]))
                .sum();
    }
}
