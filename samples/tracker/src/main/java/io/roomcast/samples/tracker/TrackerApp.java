package io.roomcast.samples.tracker;

import io.roomcast.RoomcastException;
import io.roomcast.samples.tracker.room.NodeDirectory;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Starts a cluster of tracker nodes in one JVM and says what to do next. Ctrl-C stops it. */
public final class TrackerApp {

    private TrackerApp() {}

    /** Runs until Ctrl-C. {@code --help} tells the options. */
    public static void main(String[] args) throws InterruptedException {
        List<String> arguments = List.of(args);
        if (arguments.contains("--help")) {
            System.out.print(TrackerOptions.USAGE);
            return;
        }
        // The server's own log goes where ours goes, and is as quiet: this console is for people.
        System.setProperty("org.jboss.logging.provider", "slf4j");
        TrackerOptions options;
        TrackerCluster cluster;
        TrackerBridges bridges = null;
        try {
            options = TrackerOptions.parse(arguments);
            bridges = TrackerBridges.of(options);
            cluster = TrackerCluster.start(options, bridges);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.err.print(TrackerOptions.USAGE);
            return;
        } catch (RoomcastException failed) {
            System.err.println("The tracker could not start: " + failed.getMessage());
            System.err.println("If the port is taken, choose another with --port.");
            if (bridges != null) {
                bridges.close();
            }
            return;
        }
        TrackerBridges joined = bridges;
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            cluster.close();
                            joined.close();
                            System.out.println("Stopped: all nodes are closed.");
                            stopped.countDown();
                        },
                        "tracker-stop"));
        sayWhatToDo(options.host(), cluster.pages(), bridges.description(), System.out);
        stopped.await();
    }

    static void sayWhatToDo(String host, List<NodeDirectory.Entry> pages, String joined, PrintStream out) {
        String shown = host.equals("0.0.0.0") || host.equals("::") ? "localhost" : host;
        out.println();
        out.println("The tracker runs on " + pages.size() + (pages.size() == 1 ? " node:" : " nodes:"));
        pages.forEach(page -> out.println("  node " + page.name() + "  http://" + shown + ":" + page.port() + "/"));
        out.println(joined);
        out.println();
        if (pages.size() == 1) {
            out.println("Open the address in two browser windows. The second gets most of the stream from the first.");
        } else {
            out.println("Open the first address in one browser window and the second in another: the two viewers find");
            out.println(
                    "each other through the tracker and the later one gets most of the stream from the earlier one.");
        }
        out.println("Ctrl-C stops it.");
        out.flush();
    }
}
