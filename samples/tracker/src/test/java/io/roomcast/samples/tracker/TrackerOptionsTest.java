package io.roomcast.samples.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrackerOptionsTest {

    @Test
    void twoNodesFromPort8081UnlessAskedOtherwise() {
        assertThat(TrackerOptions.parse(List.of())).isEqualTo(new TrackerOptions(8081, 2, "localhost", null));
        assertThat(TrackerOptions.parse(List.of("--nodes", "3", "--port", "9000", "--host", "0.0.0.0")))
                .isEqualTo(new TrackerOptions(9000, 3, "0.0.0.0", null));
        assertThat(new TrackerOptions(9000, 3, "localhost", null).portOf(2)).isEqualTo(9002);
        assertThat(new TrackerOptions(0, 3, "localhost", null).portOf(2)).isZero();
    }

    @Test
    void redisIsTheOneThatIsNamedOrOneOfItsOwn() {
        assertThat(TrackerOptions.parse(List.of()).redis()).isNull();
        assertThat(TrackerOptions.parse(List.of("--redis")).redis()).isEqualTo(TrackerOptions.OWN_REDIS);
        assertThat(TrackerOptions.parse(List.of("--redis", "--nodes", "3")))
                .isEqualTo(new TrackerOptions(8081, 3, "localhost", TrackerOptions.OWN_REDIS));
        assertThat(TrackerOptions.parse(List.of("--redis", "redis://h:7")).redis())
                .isEqualTo("redis://h:7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrackerBridges.of(TrackerOptions.parse(List.of("--redis", "h:7"))))
                .withMessageContaining("has no scheme");
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
