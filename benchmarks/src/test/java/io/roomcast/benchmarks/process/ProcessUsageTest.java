package io.roomcast.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessUsageTest {

    @Test
    void processorTimeIsUserPlusSystemWhateverTheProgramIsCalled() {
        String stat = "42 (a) b (c)) S 1 42 42 0 -1 4194304 1 2 3 4 150 25 7 8 20 0 9 0 100 200 300\n";

        ProcessUsage usage = ProcessUsage.parse(stat, List.of("Name:\ta", "VmRSS:\t   2048 kB"));

        assertThat(usage).isEqualTo(new ProcessUsage(1_750_000_000L, 2_097_152L));
    }

    @Test
    void theOwnProcessCanBeRead() throws Exception {
        assertThat(ProcessUsage.of(ProcessHandle.current().pid()).residentBytes())
                .isPositive();
    }
}
