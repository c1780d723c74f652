package io.roomcast.benchmarks.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacerTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsDoneBeforeItIsDueAndHowLateItIsIsNoted(boolean spinning) {
        Pacer pacer = new Pacer(1000, spinning);
        List<Integer> done = new ArrayList<>();
        long begun = System.nanoTime();
        pacer.run(20, done::add);
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(19));
        assertThat(done).hasSize(20).isSorted().doesNotHaveDuplicates();
        assertThat(pacer.lag().getTotalCount()).isEqualTo(20);
    }
}
