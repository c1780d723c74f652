package io.roomcast.benchmarks;

import io.roomcast.benchmarks.load.VoidRunException;
import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.process.ServerProcess;
import io.roomcast.benchmarks.report.Figure;
import io.roomcast.benchmarks.report.Results;
import io.roomcast.benchmarks.workload.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs every workload against every server, in turn, round after round, each time in a new process. The order of the servers
 * turns round from one round to the next, so that neither always meets the machine as the other has left it.
 */
final class Campaign {

    private final Options options;
    private final PrintStream progress;

    Campaign(Options options, PrintStream progress) {
        this.options = options;
        this.progress = progress;
    }

    Results run() {
        Results results = new Results();
        for (int round = 0; round < options.rounds(); round++) {
            List<Contender> order = new ArrayList<>(options.contenders());
            if (round % 2 == 1) {
                Collections.reverse(order);
            }
            for (Workload workload : options.workloads()) {
                for (Contender contender : order) {
                    run(round, workload, contender, results);
                }
            }
        }
        return results;
    }

    private void run(int round, Workload workload, Contender contender, Results results) {
        String run = workload.name() + "-" + contender.label() + "-" + (round + 1);
        Path log = options.output().resolve(run + ".log");
        long start = System.nanoTime();
        try (MeasuredServer server =
                ServerProcess.start(contender.label(), command(contender, run), log, options.ioThreads())) {
            List<Figure> figures = workload.run(server, contender.dialect());
            results.add(round, contender.label(), figures);
            progress.printf("# %s %.1f s%n", run, (System.nanoTime() - start) / 1e9);
        } catch (VoidRunException e) {
            isVoid(round, workload, contender, e.reason(), results);
        } catch (IOException e) {
            isVoid(round, workload, contender, e.toString(), results);
        }
    }

    private void isVoid(int round, Workload workload, Contender contender, String reason, Results results) {
        results.addVoid(round, contender.label(), workload.name(), reason);
        progress.println("# void: " + reason);
    }

    private List<String> command(Contender contender, String run) {
        List<String> flags = new ArrayList<>();
        if (!options.jvmFlags().isEmpty()) {
            flags.addAll(List.of(options.jvmFlags().split("\\s+")));
        }
        if (options.profile()) {
            flags.add("-XX:StartFlightRecording:settings=profile,filename="
                    + options.output().resolve(run + ".jfr"));
        }
        List<String> command = new ArrayList<>();
        if (options.serverCpus() != null) {
            command.addAll(List.of("taskset", "-c", options.serverCpus()));
        }
        command.addAll(contender.command(flags));
        return command;
    }
}
