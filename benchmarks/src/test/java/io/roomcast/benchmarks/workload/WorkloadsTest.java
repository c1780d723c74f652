package io.roomcast.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.benchmarks.load.PlainDialect;
import io.roomcast.benchmarks.load.VoidRunException;
import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.process.ServerProcess;
import io.roomcast.benchmarks.report.Figure;
import io.roomcast.benchmarks.server.ServerMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workloads against a real server in a process of its own. */
class WorkloadsTest {

    @TempDir
    Path directory;

    @Test
    void fanOutGivesCostRateAndAllocationOfEachBurst() throws Exception {
        Fanout fanout = new Fanout(20, 128, List.of(1, 10), millis(200), millis(50), millis(200));
        try (MeasuredServer server = start("undertow")) {
            List<Figure> figures = fanout.run(server, new PlainDialect());

            assertThat(figures)
                    .extracting(figure -> figure.workload() + " " + figure.metric())
                    .containsExactly(
                            "fanout-1 cpu_us_per_delivery",
                            "fanout-1 deliveries_per_s",
                            "fanout-1 alloc_bytes_per_delivery",
                            "fanout-10 cpu_us_per_delivery",
                            "fanout-10 deliveries_per_s",
                            "fanout-10 alloc_bytes_per_delivery");
            assertThat(figures).allSatisfy(figure -> assertThat(figure.value()).isPositive());
        }
    }

    @Test
    void aConnectionHoldsMemory() throws Exception {
        try (MeasuredServer server = start("undertow")) {
            assertThat(new Idle(200).run(server, new PlainDialect()))
                    .filteredOn(figure -> figure.metric().equals("heap_bytes_per_connection"))
                    .singleElement()
                    .satisfies(figure -> assertThat(figure.value()).isBetween(1_000.0, 30_000.0));
        }
    }

    @Test
    void connectingIsMeasuredColdAndWarm() throws Exception {
        try (MeasuredServer server = start("undertow")) {
            assertThat(new Connect(100, 1, 2).run(server, new PlainDialect()))
                    .extracting(Figure::workload)
                    .containsExactly("connect-cold", "connect-cold", "connect-warm", "connect-warm");
        }
    }

    @Test
    void aServerThatLosesAMessageGivesNoFigures() {
        Fanout fanout = new Fanout(5, 128, List.of(10), millis(50), millis(50), millis(50));

        assertThatThrownBy(() -> {
                    try (LossyServer server = new LossyServer(7)) {
                        fanout.run(server, new PlainDialect());
                    }
                })
                .isInstanceOf(VoidRunException.class)
                .hasMessageContaining("got message 8, expected 7");
    }

    private MeasuredServer start(String name) throws Exception {
        return ServerProcess.start(
                name,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerMain.class.getName(),
                        name),
                directory.resolve(name + ".log"),
                1);
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }
}
