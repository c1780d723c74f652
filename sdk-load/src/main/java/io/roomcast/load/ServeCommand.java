package io.roomcast.load;

import io.roomcast.Roomcast;
import io.roomcast.RoomcastBuilder;
import io.roomcast.load.preset.Preset;
import io.roomcast.runtime.bridge.LocalHub;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the small server of a preset until it is stopped. */
@Command(
        name = "serve",
        description = "Runs the small server that belongs to a preset, until Ctrl-C.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "PRESET", description = "chat, tracker, quotes, orders or echo")
    @SuppressWarnings("NullAway.Init")
    private String preset;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Of the first node. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--nodes",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "How many nodes, at consecutive ports. Default: ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Where to listen. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String host;

    @Override
    public Integer call() throws InterruptedException {
        Preset what = Usage.of(spec, () -> Preset.named(preset));
        CountDownLatch stopped = new CountDownLatch(1);
        try (Servers servers = new Servers(what, host, port, nodes)) {
            var out = spec.commandLine().getOut();
            out.println("The " + what.key() + " server listens: " + String.join(" ", servers.urls()));
            out.println("Put it under load, in another terminal:");
            out.println("  java -jar roomcast-load.jar load " + what.key()
                    + (servers.isDefault() ? "" : " --url " + String.join(" --url ", servers.urls())));
            out.flush();
            Thread hook = new Thread(stopped::countDown, "stop");
            Runtime.getRuntime().addShutdownHook(hook);
            stopped.await();
        }
        return ExitCode.PASSED;
    }

    /** Nodes of a preset, joined in this process. */
    static final class Servers implements AutoCloseable {

        private final List<Roomcast> running = new ArrayList<>();
        private final String host;

        Servers(Preset preset, String host, int port, int nodes) {
            this.host = host;
            LocalHub hub = LocalHub.create();
            try {
                for (int i = 0; i < nodes; i++) {
                    RoomcastBuilder builder = Roomcast.builder()
                            .listen(new InetSocketAddress(host, port == 0 ? 0 : port + i))
                            .bridge(hub.bridge());
                    preset.declare(builder);
                    running.add(builder.start());
                }
            } catch (RuntimeException e) {
                close();
                throw new IllegalArgumentException(
                        "port " + (port + running.size()) + " of " + host + " cannot be listened at: " + root(e)
                                + "; try another --port",
                        e);
            }
        }

        private static String root(Throwable failure) {
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return String.valueOf(cause.getMessage());
        }

        List<String> urls() {
            return running.stream()
                    .map(node -> "ws://" + host + ":" + node.addresses().get(0).getPort() + "/roomcast")
                    .toList();
        }

        boolean isDefault() {
            return urls().equals(List.of("ws://127.0.0.1:8080/roomcast"));
        }

        @Override
        public void close() {
            running.forEach(Roomcast::close);
        }
    }
}
