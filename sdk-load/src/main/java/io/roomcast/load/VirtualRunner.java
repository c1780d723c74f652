package io.roomcast.load;

import io.roomcast.load.preset.Preset;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.virtual.VirtualDriver;
import java.time.Instant;

/** Runs in virtual time: as many peers as fit into memory, faster or slower than the clock, and every run of a seed alike. */
final class VirtualRunner implements Runner {

    private final VirtualDriver driver;

    VirtualRunner(Preset preset, int nodes) {
        if (!preset.isVirtual()) {
            throw new IllegalArgumentException(
                    "the " + preset.key()
                            + " server goes by the clock and has a thread of its own, so it cannot run in virtual time; expected chat, tracker or echo");
        }
        this.driver = VirtualDriver.nodes(nodes)
                .room(preset.pattern(), preset.options(), node -> preset.handler())
                .build();
    }

    @Override
    public RunReport run(Scenario scenario, long seed, Progress progress) {
        return RunReport.of(driver.run(Order.of(scenario, seed), progress), Instant.now());
    }

    @Override
    public void stop() {
        // Ctrl-C ends the process; there is nothing to tidy up.
    }

    @Override
    public void close() {
        // Nothing outlives a run.
    }
}
