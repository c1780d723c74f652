package io.roomcast.samples.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.roomcast.RoomcastException;
import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.bridge.LocalHub;
import io.roomcast.samples.tracker.room.NodeDirectory;
import io.roomcast.testkit.bridge.BridgeRecorder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrackerClusterStartTest {

    @Test
    void everyNodeServesThePageTheClientAndTheFilm() throws IOException, InterruptedException {
        LocalHub hub = LocalHub.create();
        try (TrackerCluster cluster = TrackerCluster.start(new TrackerOptions(0, 3, "localhost", null), hub::bridge)) {
            assertThat(cluster.pages()).extracting(NodeDirectory.Entry::name).containsExactly("A", "B", "C");
            HttpClient http = HttpClient.newHttpClient();
            for (NodeDirectory.Entry page : cluster.pages()) {
                for (String path : List.of("/", "/js/app.js", "/roomcast/client.js", "/stream/manifest.json")) {
                    URI address = URI.create("http://localhost:" + page.port() + path);
                    assertThat(http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                                    .statusCode())
                            .as(address.toString())
                            .isEqualTo(200);
                }
            }
        }
    }

    @Test
    void overRedisTheNodesHearEachOther() {
        TrackerOptions options = TrackerOptions.parse(List.of("--port", "0", "--redis"));
        try (TrackerBridges bridges = TrackerBridges.of(options);
                TrackerCluster cluster = TrackerCluster.start(options, bridges)) {
            assertThat(cluster.pages()).hasSize(2);
            assertThat(bridges.description()).contains("redis://127.0.0.1:");
            assertThat(bridges.get().nodes()).as("a bridge that is not started").isEmpty();
            BridgeRecorder told = new BridgeRecorder();
            try (Bridge visitor = bridges.get()) {
                visitor.start("visitor", told);
                await("it meets both nodes").until(() -> visitor.nodes().size() == 2);
            }
        }
    }

    @Test
    void aTakenPortIsSaidAndNoNodeIsLeftRunning() throws IOException {
        try (ServerSocket taken = takenBehindAFreeOne()) {
            TrackerOptions options = new TrackerOptions(taken.getLocalPort() - 1, 2, "localhost", null);
            LocalHub hub = LocalHub.create();
            assertThatThrownBy(() -> TrackerCluster.start(options, hub::bridge))
                    .isInstanceOf(RoomcastException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
            assertThat(isFree(options.port()))
                    .as("the first node's port is free again")
                    .isTrue();
        }
    }

    @Test
    void whatToDoNextIsSaidInPlainWords() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        TrackerApp.sayWhatToDo(
                "0.0.0.0",
                List.of(new NodeDirectory.Entry("A", 8081), new NodeDirectory.Entry("B", 8082)),
                "The nodes are joined somehow.",
                new PrintStream(said, true, StandardCharsets.UTF_8));
        assertThat(said.toString(StandardCharsets.UTF_8))
                .containsSubsequence(
                        "node A  http://localhost:8081/",
                        "node B  http://localhost:8082/",
                        "The nodes are joined somehow.",
                        "Ctrl-C stops it.");
    }

    /** Takes a port such that the one before it is free. */
    private static ServerSocket takenBehindAFreeOne() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"));
            if (isFree(taken.getLocalPort() - 1)) {
                return taken;
            }
            taken.close();
        }
        throw new AssertionError("no two free ports side by side in 100 attempts");
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress("localhost", port));
            return true;
        } catch (BindException taken) {
            return false;
        }
    }
}
