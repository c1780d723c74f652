package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.Dialect;
import io.roomcast.benchmarks.load.LoadGenerator;
import io.roomcast.benchmarks.load.VoidRunException;
import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.process.Snapshot;
import io.roomcast.benchmarks.report.Figure;
import java.io.IOException;
import java.util.List;

/**
 * Clients that come: TCP, upgrade, and whatever the server wants said before a client is in a room. Waves of them; what they
 * cost when they leave again is not counted. The first wave meets a server that has just started and is measured as cold.
 *
 * @param wave clients at a time
 * @param warmUpWaves between the cold wave and the warm ones
 * @param warmWaves measured together
 */
public record Connect(int wave, int warmUpWaves, int warmWaves) implements Workload {

    private static final int IN_FLIGHT = 64;

    @Override
    public String name() {
        return "connect";
    }

    @Override
    public int connections() {
        return wave;
    }

    @Override
    public List<Figure> run(MeasuredServer server, Dialect dialect) throws IOException, VoidRunException {
        try (LoadGenerator clients = new LoadGenerator(server.port(), dialect, Connect::unexpected, 1)) {
            Cost cold = waves(server, clients, 1);
            waves(server, clients, warmUpWaves);
            Cost warm = waves(server, clients, warmWaves);
            return List.of(
                    new Figure("connect-cold", "cpu_us_per_connect", cold.cpuMicros() / wave),
                    new Figure("connect-cold", "connects_per_s", wave / cold.seconds()),
                    new Figure("connect-warm", "cpu_us_per_connect", warm.cpuMicros() / warmWaves / wave),
                    new Figure("connect-warm", "connects_per_s", warmWaves * wave / warm.seconds()));
        }
    }

    private record Cost(double cpuMicros, double seconds) {}

    private Cost waves(MeasuredServer server, LoadGenerator clients, int waves) throws IOException, VoidRunException {
        double cpuMicros = 0;
        double seconds = 0;
        for (int i = 0; i < waves; i++) {
            Snapshot before = server.snapshot();
            clients.connect(wave, IN_FLIGHT, "repeat/connect");
            Snapshot after = server.snapshot();
            server.measured(before, after);
            cpuMicros += after.cpuMicrosSince(before);
            seconds += after.secondsSince(before);
            clients.disconnectAll();
            Arrivals.await(server, 0);
        }
        return new Cost(cpuMicros, seconds);
    }

    private static void unexpected(Object connection, Object bytes, int offset, int length) throws VoidRunException {
        throw new VoidRunException("a message of " + length + " bytes came, nobody had sent one");
    }
}
