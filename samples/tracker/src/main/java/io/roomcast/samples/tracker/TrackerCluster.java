package io.roomcast.samples.tracker;

import io.roomcast.Roomcast;
import io.roomcast.bridge.Bridge;
import io.roomcast.samples.tracker.room.NodeDirectory;
import io.roomcast.samples.tracker.room.TrackerRoom;
import io.roomcast.samples.tracker.room.TrackerSettings;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The nodes of the sample, all in this JVM and joined by a bridge. Closing it stops them. */
final class TrackerCluster implements AutoCloseable {

    /** The stream that there is. */
    static final String STREAM = "demo";

    private static final Duration STOP_DEADLINE = Duration.ofSeconds(3);

    private final List<Roomcast> nodes = new ArrayList<>();
    private final NodeDirectory directory = new NodeDirectory();

    private TrackerCluster() {}

    /**
     * Starts the nodes.
     *
     * @param bridges makes one bridge for each, joined to the others
     * @throws io.roomcast.RoomcastException if a port is taken; none is left running
     */
    static TrackerCluster start(TrackerOptions options, Supplier<Bridge> bridges) {
        TrackerCluster cluster = new TrackerCluster();
        try {
            for (int node = 0; node < options.nodes(); node++) {
                cluster.startNode(options, node, bridges.get());
            }
            return cluster;
        } catch (RuntimeException failed) {
            cluster.close();
            throw failed;
        }
    }

    private void startNode(TrackerOptions options, int number, Bridge bridge) {
        String name = String.valueOf((char) ('A' + number));
        TrackerRoom tracker = new TrackerRoom(
                name,
                TrackerSettings.of(STREAM),
                directory,
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                new SecureRandom());
        Roomcast node = Roomcast.builder()
                .listen(new InetSocketAddress(options.host(), options.portOf(number)))
                .staticFiles("web")
                .room(TrackerRoom.PATTERN, tracker)
                .bridge(bridge)
                .start();
        nodes.add(node);
        directory.add(name, node.addresses().get(0).getPort());
    }

    /** Returns the nodes in the order in which they started: A, B and so on. */
    List<Roomcast> nodes() {
        return List.copyOf(nodes);
    }

    /** Returns where the pages are. */
    List<NodeDirectory.Entry> pages() {
        return directory.entries();
    }

    /** Stops all nodes at once and waits for them. */
    @Override
    public void close() {
        CompletableFuture.allOf(nodes.stream()
                        .map(node -> node.stop(STOP_DEADLINE).toCompletableFuture())
                        .toArray(CompletableFuture[]::new))
                .join();
    }
}
