package io.roomcast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.benchmarks.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void byDefaultEverybodyMeetsInEveryWorkload() {
        Options options = Options.parse();

        assertThat(options.contenders())
                .extracting(Contender::label)
                .containsExactly(
                        "undertow",
                        "netty",
                        "vertx",
                        "netty-socketio",
                        "ws",
                        "socketio",
                        "roomcast",
                        "roomcast-coalescing",
                        "roomcast-json");
        assertThat(options.workloads())
                .extracting(Workload::name)
                .containsExactly("fanout", "signalling", "recorded", "echo", "idle", "connect", "stalled");
        assertThat(options.rounds()).isEqualTo(5);
        assertThat(options.resume()).isTrue();
    }

    @Test
    void whoIsNamedMustBeThere() {
        assertThat(Options.parse("--servers", "roomcast,ws").mustHaveAll()).isTrue();
        assertThat(Options.parse("--servers", "roomcast,ws").contenders())
                .extracting(Contender::label)
                .containsExactly("roomcast", "ws");
    }

    @Test
    void everyWorkloadHasSomebodyToCompare() {
        for (Workload workload : Options.parse().workloads()) {
            assertThat(Options.parse().contenders())
                    .filteredOn(contender -> contender.workloads().contains(workload.name()))
                    .as(workload.name())
                    .hasSizeGreaterThan(1);
        }
    }

    @Test
    void helpNamesEveryOption() throws Exception {
        String source = Files.readString(Path.of("src/main/java/io/roomcast/benchmarks/Options.java"));

        assertThat(Pattern.compile("case \"(--[a-z-]+)\"")
                        .matcher(source)
                        .results()
                        .map(option -> option.group(1)))
                .hasSizeGreaterThan(20)
                .allSatisfy(option -> assertThat(Options.HELP).contains(option));
    }

    @Test
    void aLaterOptionWins() {
        assertThat(Options.parse("--quick", "--rounds", "3").rounds()).isEqualTo(3);
    }

    @Test
    void whatCannotBeUnderstoodIsNamed() {
        assertThatThrownBy(() -> Options.parse("--servers", "apache")).hasMessageContaining("--servers names apache");
        assertThatThrownBy(() -> Options.parse("--workloads", "x").workloads())
                .hasMessageContaining("--workloads names x");
        assertThatThrownBy(() -> Options.parse("--rounds", "0"))
                .hasMessage("--rounds is 0, expected a number from 1 to 1000");
        assertThatThrownBy(() -> Options.parse("--payload", "15"))
                .hasMessage("--payload is 15, expected a number from 16 to 32768");
        assertThatThrownBy(() -> Options.parse("--resume", "yes")).hasMessage("--resume is yes, expected on or off");
        assertThatThrownBy(() -> Options.parse("--rounds"))
                .hasMessageContaining("--rounds is unknown or lacks its value");
        assertThatThrownBy(() -> Options.parse("--fast", "1")).hasMessage("--fast is unknown, see --help");
    }
}
