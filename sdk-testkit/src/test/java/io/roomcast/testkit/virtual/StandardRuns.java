package io.roomcast.testkit.virtual;

import io.roomcast.RoomOptions;
import io.roomcast.testkit.drive.Driver;
import io.roomcast.testkit.drive.Sweep;
import io.roomcast.testkit.fault.FaultKind;
import io.roomcast.testkit.fault.FaultPlan;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.StandardScenarios;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The standard scenarios, each on nodes that suit it, with and without faults. As a program it looks for a seed that fails: status 0 says that there was none, 3 that
 * there was one, which it prints.
 */
final class StandardRuns {

    static final int NODES = 4;
    private static final int FAULTS = 8;
    private static final int FOUND = 3;

    /** A history that is lost has runs of its own: after it there is less that could be wrong with one. */
    private static final Set<FaultKind> USUAL = EnumSet.complementOf(EnumSet.of(FaultKind.HISTORY_LOSS));

    private static final Set<FaultKind> WITH_LOSSES =
            EnumSet.of(FaultKind.HISTORY_LOSS, FaultKind.KILL, FaultKind.DRAIN, FaultKind.DEAF, FaultKind.DELAY);

    /** A scenario and where it runs. @param seconds in which faults begin; 0 = there are none */
    record Standard(String name, Driver driver, Scenario scenario, int seconds, Set<FaultKind> kinds) {

        Standard(String name, Driver driver, Scenario scenario, int seconds) {
            this(name, driver, scenario, seconds, USUAL);
        }

        Sweep sweep() {
            Sweep sweep = Sweep.of(driver, scenario);
            return seconds == 0
                    ? sweep
                    : sweep.with(seed -> FaultPlan.random(seed, FAULTS, NODES, Duration.ofSeconds(seconds), kinds));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private StandardRuns() {}

    static List<Standard> all() {
        Driver plain = VirtualDriver.nodes(NODES).build();
        Driver counting = VirtualDriver.nodes(NODES).countingRooms().build();
        Driver onLoops = VirtualDriver.nodes(NODES)
                .options(RoomOptions.builder().nonBlocking().build())
                .build();
        Driver small = VirtualDriver.nodes(NODES)
                .networkBytes(16 * 1024)
                .limits(limits -> limits.maxMessageBytes(16 * 1024).outboundBytesPerPeer(64 * 1024))
                .build();
        Driver archive = history(500).build();
        Driver shortArchive = history(6).build();
        Driver watchedArchive = history(500).countingRooms().build();
        Driver bytes = VirtualDriver.nodes(NODES).fidelity(Fidelity.FRAMES).build();
        return List.of(
                new Standard("archive", archive, StandardScenarios.archive(30), 0),
                new Standard("archive with faults", archive, StandardScenarios.archive(30), 40),
                new Standard("short archive with faults", shortArchive, StandardScenarios.archive(30), 40),
                new Standard("archive that is lost", archive, StandardScenarios.archive(30), 40, WITH_LOSSES),
                new Standard("absences from an archive with faults", archive, StandardScenarios.absences(30), 40),
                new Standard("churn in an archive", watchedArchive, StandardScenarios.churn(60), 0),
                new Standard("bazaar", plain, StandardScenarios.bazaar(45), 0),
                new Standard("bazaar of bytes with faults", bytes, StandardScenarios.bazaar(45), 10),
                new Standard("absences of bytes with faults", bytes, StandardScenarios.absences(30), 40),
                new Standard("churn", counting, StandardScenarios.churn(80), 0),
                new Standard("churn, without snapshots, on loops", onLoops, StandardScenarios.churn(80), 0),
                new Standard("churn with faults", counting, StandardScenarios.churn(80), 8),
                new Standard("conversation", plain, StandardScenarios.conversation(60), 0),
                new Standard("conversation on loops with faults", onLoops, StandardScenarios.conversation(60), 4),
                new Standard("bad neighbours", plain, StandardScenarios.badNeighbours(45), 0),
                new Standard("bad neighbours with faults", plain, StandardScenarios.badNeighbours(45), 10),
                new Standard("absences", plain, StandardScenarios.absences(30), 0),
                new Standard("absences with faults", plain, StandardScenarios.absences(30), 40),
                new Standard("backlog", small, StandardScenarios.backlog(24), 0));
    }

    private static VirtualDriver.Builder history(int size) {
        return VirtualDriver.nodes(NODES)
                .options(RoomOptions.builder()
                        .history(size, Duration.ofMinutes(10))
                        .build());
    }

    /** @param args how many rounds, and what the seeds are made of */
    public static void main(String[] args) {
        int rounds = Integer.parseInt(args[0]);
        long base = Long.parseLong(args[1]);
        for (int round = 0; round < rounds; round++) {
            for (Standard standard : all()) {
                Optional<Sweep.Failure> failure = standard.sweep().run(base + round, 1);
                if (failure.isPresent()) {
                    System.out.println("found by " + standard + ", round " + round + ", "
                            + failure.get().faultsBefore() + " faults before: "
                            + failure.get().result().summary());
                    System.exit(FOUND);
                }
            }
        }
        System.out.println("found nothing");
    }
}
