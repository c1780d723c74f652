package io.roomcast.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.load.preset.Preset;
import io.roomcast.testkit.report.JsonRuns;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {

    /** A machine that does other things too must not make these tests void, nor miss objectives. */
    private static final List<String> PATIENT = List.of(
            "--max-lag",
            "60s",
            "--slo",
            "errors<1%",
            "--slo",
            "connect.p99<60s",
            "--ramp-up",
            "200ms",
            "--for",
            "400ms",
            "--pace",
            "20",
            "--warm-up",
            "300ms");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object... words) {
        List<String> arguments = new ArrayList<>();
        for (Object word : words) {
            if (word instanceof List<?> several) {
                several.forEach(each -> arguments.add(each.toString()));
            } else {
                arguments.add(word.toString());
            }
        }
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments.toArray(new String[0]));
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void everyPresetPassesAgainstItsOwnServer(Preset preset) throws IOException {
        int code = run("load", preset.key(), "--in-process", 2, "--peers", 30, PATIENT, "--out", folder);

        assertThat(code).as(out + "\n" + err).isZero();
        RunReport report = JsonRuns.read(folder.resolve("run.json"));
        assertThat(report.result().verdict()).isEqualTo(Verdict.PASSED);
        assertThat(report.result().count(Count.PEERS_FINISHED)).isEqualTo(30);
        assertThat(report.result().measurements().merged(Metric.DELIVERY).getTotalCount()
                        + report.result().measurements().merged(Metric.REQUEST).getTotalCount())
                .isPositive();
        assertThat(folder.resolve("report.html")).exists();
        assertThat(folder.resolve("junit.xml")).exists();
        assertThat(out.toString()).contains("PASSED", "report: ", "warm-up 300 ms, not measured");
        assertThat(report.result().environment()).containsEntry("warm-up", "300 ms, not measured");
        assertThat(Files.readString(folder.resolve("report.html"))).contains("warm-up: 300 ms, not measured");
    }

    @Test
    void howLongARunIsToTakeIsSaidBeforeIt() {
        run("load", "chat", "--in-process", 1, "--peers", 5, PATIENT, "--out", folder);
        assertThat(out.toString().lines().limit(2).toList())
                .containsExactly(
                        "chat: 5 peers come within 200ms, stay for 400ms and finish what they are at, on 1 node in this process.",
                        "warm-up 300ms, ramp 200ms, hold 400ms, drain 200ms: about 1100ms and what peers are at then; over after 1m 26s at the latest.");
    }

    @Test
    void peersSpeakJsonWhereTheyAreToldTo() throws IOException {
        int code = run(
                "load", "tracker", "--in-process", 2, "--protocol", "json", "--peers", 30, PATIENT, "--out", folder);

        assertThat(code).as(out + "\n" + err).isZero();
        assertThat(out.toString()).contains("speak JSON");
        RunReport report = JsonRuns.read(folder.resolve("run.json"));
        assertThat(report.result().count(Count.PEERS_FINISHED)).isEqualTo(30);
        assertThat(report.result().count(Count.REPLIES)).isPositive();

        assertThat(run("load", Own.class.getName(), "--protocol", "json")).isNotZero();
        assertThat(err.toString()).contains("--protocol has no meaning with a scenario of your own");
    }

    @Test
    void aServerThatListensIsPutUnderLoadAndAMissedObjectiveEndsWith3() {
        try (ServeCommand.Servers servers = new ServeCommand.Servers(Preset.CHAT, "127.0.0.1", 0, 1)) {
            int code = run(
                    "load",
                    "chat",
                    "--url",
                    servers.urls().get(0),
                    "--peers",
                    20,
                    PATIENT,
                    "--slo",
                    "connect.p99<1us",
                    "--out",
                    folder);
            assertThat(code).as(out + "\n" + err).isEqualTo(3);
            assertThat(out.toString()).contains("MISSED connect.p99<1us", "kept   errors<1%", "0 are not as promised");
        }
    }

    @Test
    void agentsDoItTogetherAndTheirHistogramsAreAddedUp() throws Exception {
        try (ServeCommand.Servers servers = new ServeCommand.Servers(Preset.CHAT, "127.0.0.1", 0, 1);
                ServerSocket one = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ServerSocket two = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            for (ServerSocket socket : List.of(one, two)) {
                Thread agent = new Thread(() -> {
                    try {
                        new AgentCommand().serve(socket, new PrintWriter(new StringWriter()));
                    } catch (IOException e) {
                        // The test is over.
                    }
                });
                agent.setDaemon(true);
                agent.start();
            }
            int code = run(
                    "load",
                    "chat",
                    "--url",
                    servers.urls().get(0),
                    "--agents",
                    "127.0.0.1:" + one.getLocalPort() + ",127.0.0.1:" + two.getLocalPort(),
                    "--peers",
                    20,
                    PATIENT,
                    "--out",
                    folder);
            assertThat(code).as(out + "\n" + err).isZero();
            RunReport report = JsonRuns.read(folder.resolve("run.json"));
            assertThat(report.result().count(Count.PEERS_FINISHED)).isEqualTo(20);
            assertThat(report.result().measurements().merged(Metric.CONNECT).getTotalCount())
                    .isEqualTo(20);
            assertThat(report.result().environment()).containsEntry("warm-up", "300 ms, not measured");
        }
    }

    @Test
    void aRunThatIsNotToWarmUpDoesNot() throws IOException {
        int code = run(
                "load",
                "echo",
                "--in-process",
                1,
                "--peers",
                5,
                PATIENT.subList(0, PATIENT.size() - 1),
                0,
                "--out",
                folder);
        assertThat(code).as(out + "\n" + err).isZero();
        assertThat(out.toString()).doesNotContain("warm-up");
        assertThat(JsonRuns.read(folder.resolve("run.json")).result().environment())
                .doesNotContainKey("warm-up");
    }

    @Test
    void aSearchWarmsUpOnceBeforeItsFirstStep() throws IOException {
        int code = run(
                "find-knee",
                "echo",
                "--in-process",
                1,
                "--from",
                5,
                "--to",
                5,
                "--slo-p99",
                "60s",
                "--max-lag",
                "60s",
                "--ramp-up",
                "200ms",
                "--for",
                "400ms",
                "--pace",
                "20",
                "--warm-up",
                "300ms",
                "--out",
                folder);
        assertThat(code).as(out + "\n" + err).isZero();
        assertThat(out.toString().lines().limit(2).toList())
                .containsExactly(
                        "Before the first step: warm-up 300ms.",
                        "Each step: ramp 200ms, hold 400ms, drain 200ms: about 800ms and what peers are at then; over after 1m 14s at the latest.");
        assertThat(JsonRuns.read(folder.resolve("run.json")).result().environment())
                .as("of the last step")
                .containsEntry("warm-up", "300 ms, not measured");
    }

    @Test
    void theSameScenarioRunsInVirtualTime() throws IOException {
        int code = run("load", "chat", "--virtual", 3, "--peers", 200, "--out", folder);
        assertThat(code).as(out + "\n" + err).isZero();
        assertThat(JsonRuns.read(folder.resolve("run.json")).result().mode()).isEqualTo("virtual");
    }

    @Test
    void aSaturatedGeneratorEndsWith4WhateverItsObjectivesSay() throws IOException {
        int code = run(
                "load",
                "chat",
                "--in-process",
                1,
                "--peers",
                300,
                "--ramp-up",
                "100ms",
                "--arrivals",
                "spike",
                "--for",
                "500ms",
                "--pace",
                "20",
                "--max-lag",
                "1ms",
                "--slo",
                "connect.p99<60s",
                "--profile",
                "30s",
                "--out",
                folder);
        assertThat(code).as(out + "\n" + err).isEqualTo(4);
        assertThat(out.toString()).contains("VOID", "the generator was late");
        assertThat(JsonRuns.read(folder.resolve("run.json")).profile())
                .as("where the time went is told all the same")
                .isNotEmpty();
        assertThat(Files.readString(folder.resolve("report.html"))).contains("void: this run says nothing");

        assertThat(run("report", folder.resolve("run.json"), "--out", folder))
                .as("also when it is read again")
                .isNotZero();
    }

    @Test
    void whatIsWrongIsSaidInALineAndEndsWith1() throws IOException {
        assertThat(run("load", "chat", "--url", "ws://127.0.0.1:1")).isEqualTo(1);
        assertThat(run("load", "chat", "--agents", "127.0.0.1:1")).isEqualTo(1);
        assertThat(run("report", folder.resolve("nowhere.json"))).isEqualTo(1);
        Path file = Files.writeString(folder.resolve("no-run"), "{\"format\":\n]");
        assertThat(run("report", file)).isEqualTo(1);
        assertThat(run("load", "chat", "--virtual", 1, "--out", file.resolve("below")))
                .as("said before the run")
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .hasSize(5)
                .anyMatch(line -> line.contains("is the server running"))
                .anyMatch(line -> line.contains("agent --port 1"))
                .anyMatch(line -> line.contains("there is no file") && line.contains("nowhere.json"))
                .anyMatch(line -> line.contains("no-run is no report of a run: line 2, column "))
                .anyMatch(line -> line.contains("no-run is no folder that can be written to"));
        assertThat(out.toString()).doesNotContain("sent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "load | SCENARIO",
                "load nothing | chat, tracker, quotes, orders, echo",
                "load io.roomcast.Nothing | io.roomcast.Nothing",
                "load chat --for soon | expected one like 500ms",
                "load chat --slo fast | expected one like delivery.p99<200ms",
                "load chat --peers 1 | peers is 1",
                "load chat --pace 0 | pace is 0",
                "load chat --profile 100ms | --profile is 100ms, expected at least 1s",
                "load chat --virtual 1 --in-process 1 | mutually exclusive",
                "load chat --virtual 0 | nodes is 0",
                "load chat --in-process -3 | nodes is -3",
                "load chat --in-process 1 --url ws://127.0.0.1:1 | --url has no meaning with --in-process",
                "load chat --in-process 1 --token x | --token has no meaning with --in-process",
                "load chat --virtual 1 --server-pid 1 | --server-pid has no meaning with --virtual",
                "load chat --virtual 1 --token x | --token has no meaning with --virtual",
                "load chat --virtual 1 --max-lag 20ms | --max-lag has no meaning with --virtual",
                "load chat --virtual 1 --delivery-timeout 1s | --delivery-timeout has no meaning with --virtual",
                "load chat --virtual 1 --warm-up 1s --max-lag 1s | --max-lag and --warm-up have no meaning with --virtual",
                "load chat --agents 127.0.0.1:1 --server-pid 1 | --server-pid has no meaning with --agents",
                "load io.roomcast.load.CommandLineTest$Own --peers 7 --pace 1 | --peers and --pace have no meaning",
                "load chat --warm-up -1s | expected one like 500ms",
                "find-knee chat --virtual 1 | --virtual has no meaning with find-knee",
                "load chat --url ws://192.0.2.1/ | --allow-remote",
                "load chat --insecure | no URL is one of wss:",
                "load chat --agents somewhere | expected host:port",
                "load quotes --virtual 1 | expected chat, tracker or echo",
                "load chat --protocol morse | morse",
                "find-knee chat --from 10 --to 5 | not fewer to than from",
                "find-knee chat --slo errors<1% | --slo",
                "find-knee io.roomcast.Nothing | needs a preset",
                "serve nothing | chat, tracker, quotes, orders, echo",
                "fly | fly",
            })
    void wrongUsageIsSaidShortlyAndEndsWith2(String typedAndSaid) {
        String[] parts = typedAndSaid.split(" \\| ");
        assertThat(run(List.of(parts[0].split(" ")))).as(err.toString()).isEqualTo(2);
        assertThat(err.toString()).contains(parts[1]);
        assertThat(err.toString().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aScenarioOfOnesOwnIsAClassOnTheClassPath() {
        try (ServeCommand.Servers servers = new ServeCommand.Servers(Preset.CHAT, "127.0.0.1", 0, 1)) {
            int code = run(
                    "load", Own.class.getName(), "--url", servers.urls().get(0), "--max-lag", "60s", "--out", folder);
            assertThat(code).as(out + "\n" + err).isZero();
        }
    }

    /** What a user would write. */
    public static final class Own implements Supplier<Scenario> {
        @Override
        public Scenario get() {
            return Scenario.named("own")
                    .behaviour(Behaviour.of("visitor", peer -> peer.connect().join("chat/own")))
                    .phase("all", Arrivals.spike(5), Duration.ofMillis(200))
                    .build();
        }
    }
}
