package io.roomcast.benchmarks.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BridgeOptionsTest {

    @Test
    void everythingIsMeasuredUnlessSomethingIsNamed() {
        assertThat(BridgeOptions.parse().measured()).containsExactly("throughput", "paced", "history", "rooms");
        BridgeOptions some = BridgeOptions.parse("--measure", "paced,rooms");
        assertThat(some.measures("rooms")).isTrue();
        assertThat(some.measures("history")).isFalse();
    }

    @Test
    void whatIsNamedHoldsInAQuickRunToo() {
        BridgeOptions quick = BridgeOptions.parse("--rounds", "3", "--pacing", "spin", "--node", "there", "--quick");
        assertThat(quick.rounds()).isEqualTo(3);
        assertThat(quick.spinning()).isTrue();
        assertThat(quick.node()).isEqualTo(Path.of("there"));
        assertThat(quick.rooms()).isLessThan(BridgeOptions.parse().rooms());
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BridgeOptions.parse("--measure", "love"))
                .withMessageContaining("--measure is love, expected some of throughput,paced,history,rooms");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BridgeOptions.parse("--rounds", "0"))
                .withMessageContaining("--rounds is 0, expected a number from 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BridgeOptions.parse("--pacing", "walk"))
                .withMessageContaining("--pacing is walk, expected sleep or spin");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BridgeOptions.parse("--seconds"))
                .withMessageContaining("lacks its value");
    }
}
