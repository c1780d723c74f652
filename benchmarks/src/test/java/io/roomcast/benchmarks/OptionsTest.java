package io.roomcast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.benchmarks.workload.Workload;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void byDefaultRoomcastMeetsUndertowInEveryWorkload() {
        Options options = Options.parse();

        assertThat(options.contenders()).containsExactly(Contender.UNDERTOW, Contender.ROOMCAST);
        assertThat(options.workloads()).extracting(Workload::name).containsExactly("fanout", "idle", "connect");
        assertThat(options.rounds()).isEqualTo(5);
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
        assertThatThrownBy(() -> Options.parse("--payload", "127").workloads()).hasMessageContaining("multiple of 8");
        assertThatThrownBy(() -> Options.parse("--rounds"))
                .hasMessageContaining("--rounds is unknown or lacks its value");
        assertThatThrownBy(() -> Options.parse("--fast", "1")).hasMessage("--fast is unknown, see --help");
    }
}
