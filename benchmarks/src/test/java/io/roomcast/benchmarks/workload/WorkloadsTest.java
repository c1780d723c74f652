package io.roomcast.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.benchmarks.load.PlainDialect;
import io.roomcast.benchmarks.load.RoomcastDialect;
import io.roomcast.benchmarks.load.RoomcastJsonDialect;
import io.roomcast.benchmarks.load.SignalForm;
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

    private static final Timing SHORT = new Timing(millis(200), millis(50), 0, millis(200));
    private static final Duration ANY_LAG = Duration.ofSeconds(10);
    private static final Path TRACES =
            Path.of(System.getProperty("basedir", "."), "../sdk-js-client/src/test/data/webrtc");

    @TempDir
    Path directory;

    @Test
    void fanOutGivesCostRateAndAllocationOfEachBurst() throws Exception {
        Fanout fanout = new Fanout(20, 128, List.of(1, 10), SHORT);
        try (MeasuredServer server = start("undertow")) {
            List<Figure> figures = fanout.run(server, new PlainDialect());

            assertThat(figures)
                    .extracting(figure -> figure.workload() + " " + figure.metric())
                    .containsExactly(
                            "fanout-1 cpu_us_per_delivery",
                            "fanout-1 deliveries_per_s",
                            "fanout-1 alloc_bytes_per_delivery",
                            "fanout-1 resident_bytes",
                            "fanout-10 cpu_us_per_delivery",
                            "fanout-10 deliveries_per_s",
                            "fanout-10 alloc_bytes_per_delivery",
                            "fanout-10 resident_bytes");
            assertThat(figures).allSatisfy(figure -> assertThat(figure.value()).isPositive());
        }
    }

    @Test
    void aConnectionHoldsMemory() throws Exception {
        try (MeasuredServer server = start("undertow")) {
            assertThat(new Idle(100, 200).run(server, new PlainDialect()))
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
    void signalsAreCountedAlikeWhetherClientsPutThemTogetherOrNot() throws Exception {
        try (MeasuredServer server = start("roomcast")) {
            for (SignalForm form : List.of(SignalForm.STRUCTURED_EACH, SignalForm.STRUCTURED_TOGETHER)) {
                assertThat(new Signalling(5, SHORT).run(server, new RoomcastDialect(form, true)))
                        .extracting(Figure::metric)
                        .containsExactly(
                                "cpu_us_per_signal", "signals_per_s", "alloc_bytes_per_signal", "resident_bytes");
                Arrivals.await(server, 0);
            }
        }
    }

    @Test
    void recordedSessionsArriveByteForByteInEachForm() throws Exception {
        Recorded recorded = new Recorded(4, TRACES, Duration.ofMillis(300), 2, ANY_LAG);
        try (MeasuredServer server = start("roomcast")) {
            List<Figure> together = recorded.run(server, new RoomcastDialect(SignalForm.STRUCTURED_TOGETHER, true));
            Arrivals.await(server, 0);
            List<Figure> json = recorded.run(server, new RoomcastJsonDialect(true));

            assertThat(value(together, "messages_per_session")).isLessThan(value(json, "messages_per_session"));
            assertThat(value(together, "candidate_bytes_to_naive_json")).isBetween(0.05, 0.5);
        }
    }

    @Test
    void everyReplyHasItsTime() throws Exception {
        Echo echo = new Echo(10, 128, 1000, ANY_LAG, SHORT);
        try (MeasuredServer server = start("undertow")) {
            List<Figure> figures = echo.run(server, new PlainDialect());

            assertThat(value(figures, "p50_ms")).isPositive().isLessThanOrEqualTo(value(figures, "p99_ms"));
            assertThat(value(figures, "p99_ms")).isLessThanOrEqualTo(value(figures, "most_ms"));
        }
    }

    @Test
    void readersThatStallAreNotWaitedFor() throws Exception {
        Stalled stalled = new Stalled(20, 1024, 100, ANY_LAG, SHORT);
        try (MeasuredServer server = start("roomcast")) {
            assertThat(stalled.run(server, new RoomcastDialect(SignalForm.STRUCTURED_EACH, true)))
                    .extracting(figure -> figure.workload() + " " + figure.metric())
                    .contains("stalled-none p99_ms", "stalled-some p99_ms", "stalled p99_some_to_none");
        }
    }

    private static double value(List<Figure> figures, String metric) {
        return figures.stream()
                .filter(figure -> figure.metric().equals(metric))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void aServerThatLosesAMessageGivesNoFigures() {
        Fanout fanout = new Fanout(5, 128, List.of(10), SHORT);

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
