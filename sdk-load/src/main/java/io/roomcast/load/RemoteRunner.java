package io.roomcast.load;

import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.load.GaugeSource;
import io.roomcast.testkit.load.LoadResult;
import io.roomcast.testkit.load.LoadSettings;
import io.roomcast.testkit.load.RemoteDriver;
import io.roomcast.testkit.load.ServerProcess;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.socket.Target;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Puts servers under load that are there already. */
final class RemoteRunner implements Runner {

    private final List<Target> targets;
    private final LoadSettings settings;
    private final OptionalLong serverPid;
    private volatile @Nullable RemoteDriver driver;

    RemoteRunner(List<Target> targets, LoadSettings settings, OptionalLong serverPid) {
        this.targets = targets;
        this.settings = settings;
        this.serverPid = serverPid;
    }

    /** Finds the server's process where it is on this machine. */
    static Optional<ServerProcess> server(List<Target> targets, OptionalLong pid) {
        if (pid.isPresent()) {
            return Optional.of(ServerProcess.of(pid.getAsLong())
                    .orElseThrow(() ->
                            new IllegalArgumentException("there is no process " + pid.getAsLong() + " to look at")));
        }
        Target first = targets.get(0);
        return first.isLoopback() ? ServerProcess.listeningAt(first.address().getPort()) : Optional.empty();
    }

    @Override
    public RunReport run(Scenario scenario, long seed, Progress progress) {
        return report(driver().measure(Order.of(scenario, seed), progress));
    }

    /** One for all runs: it warms up before the first. */
    private RemoteDriver driver() {
        RemoteDriver current = driver;
        if (current == null) {
            GaugeSource server =
                    server(targets, serverPid).map(GaugeSource.class::cast).orElse(GaugeSource.NONE);
            current = new RemoteDriver(targets, settings, server);
            driver = current;
        }
        return current;
    }

    static RunReport report(LoadResult load) {
        return new RunReport(
                load.result(),
                Instant.ofEpochMilli(load.recording().startedMillis()),
                load.recording().seconds(),
                List.of(),
                load.complaints(),
                List.of(),
                List.of());
    }

    @Override
    public void stop() {
        RemoteDriver current = driver;
        if (current != null) {
            current.stop();
        }
    }

    @Override
    public void close() {
        // Nothing outlives a run.
    }
}
