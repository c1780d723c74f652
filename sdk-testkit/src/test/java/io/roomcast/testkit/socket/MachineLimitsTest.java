package io.roomcast.testkit.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MachineLimitsTest {

    private final MachineLimits limits = new MachineLimits(OptionalLong.of(20_000), OptionalLong.of(28_000));

    @Test
    void whatFitsIsNotRefused() {
        assertThat(limits.lacking(9_000, true, true)).isEmpty();
        assertThat(limits.lacking(19_000, false, true)).isEmpty();
    }

    @Test
    void tooFewDescriptorsAreToldWithWhatToChange() {
        assertThat(limits.lacking(15_000, true, true))
                .singleElement()
                .asString()
                .contains("30200 open files", "20000", "ulimit -n 30200", "at most 9900", "process of its own");
        assertThat(limits.lacking(25_000, false, true))
                .singleElement()
                .asString()
                .contains("ulimit -n 25200", "several processes");
    }

    @Test
    void tooFewPortsAreToldWithWhatToChange() {
        assertThat(new MachineLimits(OptionalLong.empty(), OptionalLong.of(5_000)).lacking(6_000, false, false))
                .singleElement()
                .asString()
                .contains("5000", "net.ipv4.ip_local_port_range");
        assertThat(new MachineLimits(OptionalLong.empty(), OptionalLong.of(100)).lacking(1, false, true))
                .singleElement()
                .asString()
                .contains("net.ipv4.ip_local_port_range");
    }

    @Test
    void whatTheMachineDoesNotTellIsNotChecked() {
        assertThat(new MachineLimits(OptionalLong.empty(), OptionalLong.empty()).lacking(1_000_000, true, true))
                .isEmpty();
    }

    @Test
    void thisMachineCanHaveTenConnections() {
        assertThat(MachineLimits.here().lacking(10, true, true)).isEmpty();
    }
}
