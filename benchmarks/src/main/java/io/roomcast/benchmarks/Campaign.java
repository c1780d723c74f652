package io.roomcast.benchmarks;

import io.roomcast.benchmarks.load.VoidRunException;
import io.roomcast.benchmarks.process.HotSpots;
import io.roomcast.benchmarks.process.Launcher;
import io.roomcast.benchmarks.process.ServerProcess;
import io.roomcast.benchmarks.process.Window;
import io.roomcast.benchmarks.report.Figure;
import io.roomcast.benchmarks.report.Results;
import io.roomcast.benchmarks.workload.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs every workload against every server that takes part in it, in turn, round after round, each time in a new process. The order
 * of the servers turns round from one round to the next, so that neither always meets the machine as the other has left it.
 */
final class Campaign {

    private final Options options;
    private final List<Contender> contenders;
    private final Map<Contender.Platform, Launcher> launchers;
    private final PrintStream progress;

    Campaign(
            Options options,
            List<Contender> contenders,
            Map<Contender.Platform, Launcher> launchers,
            PrintStream progress) {
        this.options = options;
        this.contenders = List.copyOf(contenders);
        this.launchers = Map.copyOf(launchers);
        this.progress = progress;
    }

    Results run() {
        Results results = new Results();
        for (int round = 0; round < options.rounds(); round++) {
            List<Contender> order = new ArrayList<>(contenders);
            if (round % 2 == 1) {
                Collections.reverse(order);
            }
            for (Workload workload : options.workloads()) {
                for (Contender contender : order) {
                    if (contender.workloads().contains(workload.name())) {
                        run(round, workload, contender, results);
                    }
                }
            }
        }
        return results;
    }

    private void run(int round, Workload workload, Contender contender, Results results) {
        String run = workload.name() + "-" + contender.label() + "-" + (round + 1);
        Path log = options.output().resolve(run + ".log");
        Optional<Path> profile = options.profile()
                ? Optional.of(
                        options.output().resolve(run + contender.platform().profileEnding()))
                : Optional.empty();
        long start = System.nanoTime();
        List<Window> measured = List.of();
        try (ServerProcess server =
                ServerProcess.start(contender.label(), command(contender, profile), log, options.ioThreads())) {
            List<Figure> figures = workload.run(server, contender.dialects().of(options.resume()));
            results.add(round, contender.label(), figures);
            measured = server.measured();
            progress.printf("# %s %.1f s%n", run, (System.nanoTime() - start) / 1e9);
        } catch (VoidRunException e) {
            isVoid(round, workload, contender, e.reason(), results);
        } catch (IOException e) {
            isVoid(round, workload, contender, e.toString(), results);
        }
        if (profile.isPresent() && contender.platform() == Contender.Platform.JVM) {
            printHotSpots(profile.get(), measured);
        }
    }

    private void isVoid(int round, Workload workload, Contender contender, String reason, Results results) {
        results.addVoid(round, contender.label(), workload.name(), reason);
        progress.println("# void: " + workload.name() + " " + contender.label() + ": " + reason);
    }

    private void printHotSpots(Path recording, List<Window> measured) {
        try {
            HotSpots.of(recording, measured).forEach(line -> progress.println("# " + line));
        } catch (IOException e) {
            progress.println("# no profile: " + e);
        }
    }

    private List<String> command(Contender contender, Optional<Path> profile) {
        List<String> command = new ArrayList<>();
        if (options.serverCpus() != null) {
            command.addAll(List.of("taskset", "-c", options.serverCpus()));
        }
        Launcher launcher = launchers.get(contender.platform());
        if (launcher == null) {
            throw new IllegalStateException("nothing starts servers of kind " + contender.platform());
        }
        command.addAll(launcher.command(contender.label(), profile));
        return command;
    }
}
