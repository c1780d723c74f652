package io.roomcast.samples.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrackerOptionsTest {

    @Test
    void twoNodesFromPort8081UnlessAskedOtherwise() {
        assertThat(TrackerOptions.parse(List.of())).isEqualTo(new TrackerOptions(8081, 2, "localhost"));
        assertThat(TrackerOptions.parse(List.of("--nodes", "3", "--port", "9000", "--host", "0.0.0.0")))
                .isEqualTo(new TrackerOptions(9000, 3, "0.0.0.0"));
        assertThat(new TrackerOptions(9000, 3, "localhost").portOf(2)).isEqualTo(9002);
        assertThat(new TrackerOptions(0, 3, "localhost").portOf(2)).isZero();
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrackerOptions.parse(List.of("--port", "x")))
                .withMessage("--port is x, expected a number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrackerOptions.parse(List.of("--nodes", "0")))
                .withMessage("--nodes is 0, expected 1 to 9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrackerOptions.parse(List.of("--host")))
                .withMessage("--host has no value");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrackerOptions.parse(List.of("-x")))
                .withMessage("unknown option -x");
    }
}
