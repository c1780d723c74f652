package io.roomcast.load;

import io.roomcast.load.preset.Preset;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.load.LoadSettings;
import io.roomcast.testkit.load.LoopbackDriver;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.scenario.Scenario;

/** Has the nodes in this process. */
final class LoopbackRunner implements Runner {

    private final LoopbackDriver driver;

    LoopbackRunner(Preset preset, int nodes, LoadSettings settings) {
        this.driver = new LoopbackDriver(nodes, settings, preset::declare);
    }

    @Override
    public RunReport run(Scenario scenario, long seed, Progress progress) {
        return RemoteRunner.report(driver.measure(Order.of(scenario, seed), progress));
    }

    @Override
    public void stop() {
        driver.stop();
    }

    @Override
    public void close() {
        // Nothing outlives a run.
    }
}
