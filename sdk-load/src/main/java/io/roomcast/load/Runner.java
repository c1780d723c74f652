package io.roomcast.load;

import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.scenario.Scenario;
import java.io.IOException;

/** Runs scenarios where the command line says. Closed when the command is over. */
interface Runner extends AutoCloseable {

    /** Runs one. What was asked of it is not judged yet. */
    RunReport run(Scenario scenario, long seed, Progress progress) throws IOException;

    /** Ends the run that is on its way; it is void then. From any thread. */
    void stop();

    @Override
    void close();
}
