package io.roomcast.load;

import io.roomcast.load.AgentWire.Kind;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.load.GaugeSource;
import io.roomcast.testkit.load.LoadPart;
import io.roomcast.testkit.load.LoadResult;
import io.roomcast.testkit.load.RemoteDriver;
import io.roomcast.testkit.load.RunClock;
import io.roomcast.testkit.report.JsonReport;
import io.roomcast.testkit.result.Sample;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Waits for coordinators and runs what they ask for, one run at a time. */
@Command(
        name = "agent",
        description = "Waits for \"load --agents\" and runs a share of what it asks for.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Whoever reaches the port can have the agent put servers under load: those on this machine, or with --allow-remote any.",
            "It listens on the loopback interface only unless --host says otherwise."
        })
final class AgentCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "7070",
            description = "Where to wait. 0 = any. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "On which interface. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String host;

    @Option(names = "--allow-remote", description = "Lets the servers be on other machines.")
    private boolean allowRemote;

    @Option(
            names = "--runs",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description = "Ends after so many runs; 0 = never. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            out.println("agent waits at " + host + ":" + server.getLocalPort());
            out.flush();
            serve(server, out);
        }
        return ExitCode.PASSED;
    }

    void serve(ServerSocket server, PrintWriter out) throws IOException {
        for (int done = 0; runs == 0 || done < runs; done++) {
            Socket socket = server.accept();
            try (AgentWire wire = new AgentWire(socket)) {
                serve(wire, out);
            } catch (IOException e) {
                out.println("the coordinator has gone: " + e.getMessage());
            }
            out.flush();
        }
    }

    private void serve(AgentWire wire, PrintWriter out) throws IOException {
        AgentJob job;
        Order order;
        RemoteDriver driver;
        try {
            AgentWire.Frame first = wire.receive();
            if (first.kind() != Kind.JOB) {
                throw new IllegalArgumentException("got " + first.kind() + ", expected " + Kind.JOB);
            }
            job = AgentJob.of(first.properties());
            order = Order.of(job.preset().scenario(job.shape()), job.seed());
            driver = new RemoteDriver(
                    WhereOptions.targets(job.urls(), allowRemote, job.insecure()), job.settings(), GaugeSource.NONE);
            driver.check(order);
            driver.warmUp(order, telling(wire, driver));
        } catch (RuntimeException e) {
            wire.send(Kind.REFUSED, String.valueOf(e.getMessage()));
            return;
        }
        Properties ready = new Properties();
        ready.setProperty("boot", RunClock.boot());
        wire.send(Kind.READY, ready);
        Properties go = wire.receive().properties();
        RunClock clock = clock(go);
        out.printf(
                Locale.ROOT,
                "runs its share of %s: every %d. of %,d peers, for %s and as long as they take to finish%n",
                order.scenario().name(),
                job.settings().processes(),
                order.scenario().expectedPeers(),
                Durations.text(order.scenario().duration()));
        out.flush();
        Thread listener = new Thread(() -> stopWhenTold(wire, driver), "coordinator");
        listener.setDaemon(true);
        listener.start();
        LoadPart part = driver.share(order, telling(wire, driver), clock);
        Properties flags = new Properties();
        flags.setProperty("hopeless", Boolean.toString(part.hopeless()));
        flags.setProperty("stopped", Boolean.toString(part.stopped()));
        flags.setProperty("warmUp", part.warmUp().lasted().toString());
        flags.setProperty("warmUpFaults", String.join("\n", part.warmUp().faults()));
        wire.send(Kind.FLAGS, flags);
        LoadResult load = RemoteDriver.together(
                order,
                WhereOptions.targets(job.urls(), allowRemote, job.insecure()),
                job.settings(),
                List.of(part),
                Duration.ZERO);
        StringWriter json = new StringWriter();
        JsonReport.write(json, RemoteRunner.report(load));
        wire.send(Kind.RUN, json.toString());
    }

    private static RunClock clock(Properties go) {
        boolean shared = Boolean.parseBoolean(AgentJob.get(go, "shared"));
        long startMillis = Long.parseLong(AgentJob.get(go, "startMillis"));
        // The coordinator's monotonic clock is this one only under the same boot.
        return AgentJob.get(go, "boot").equals(RunClock.boot())
                        && !RunClock.boot().isEmpty()
                ? new RunClock(Long.parseLong(AgentJob.get(go, "originNanos")), startMillis, shared)
                : RunClock.at(startMillis, shared);
    }

    private static void stopWhenTold(AgentWire wire, RemoteDriver driver) {
        try {
            wire.receive();
        } catch (IOException e) {
            // Nobody is there any more who would want the result.
        }
        driver.stop();
    }

    /** Tells the coordinator of each second, of the warm-up too; where it has gone, nobody would want the result. */
    private static Progress telling(AgentWire wire, RemoteDriver driver) {
        return new Progress() {
            @Override
            public void on(Sample sample) {
                try {
                    wire.send(Kind.PROGRESS, progress(sample));
                } catch (IOException e) {
                    driver.stop();
                }
            }

            @Override
            public void onWarmUp(Sample sample) {
                on(sample);
            }
        };
    }

    private static Properties progress(Sample sample) {
        Properties all = new Properties();
        all.setProperty("second", Integer.toString(sample.second()));
        all.setProperty("phase", Integer.toString(sample.phase()));
        all.setProperty("peers", Long.toString(sample.peers()));
        all.setProperty("planned", Long.toString(sample.planned()));
        all.setProperty("sent", Long.toString(sample.sent()));
        all.setProperty("received", Long.toString(sample.received()));
        all.setProperty("errors", Long.toString(sample.errors()));
        all.setProperty("lag", Long.toString(sample.lag()));
        return all;
    }
}
