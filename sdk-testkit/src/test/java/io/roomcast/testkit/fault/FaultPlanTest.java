package io.roomcast.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    @Test
    void aDrawnPlanIsTheSameForTheSameSeedAndReadsWhatItWrote() {
        for (long seed = 0; seed < 50; seed++) {
            FaultPlan plan = FaultPlan.random(seed, 10, 4, Duration.ofSeconds(20), EnumSet.allOf(FaultKind.class));
            assertThat(plan)
                    .isEqualTo(FaultPlan.random(seed, 10, 4, Duration.ofSeconds(20), EnumSet.allOf(FaultKind.class)));
            assertThat(FaultPlan.parse(plan.text())).as(plan.text()).isEqualTo(plan);
            plan.check(4);
        }
    }

    @Test
    void faultsOfNodesThatThereAreNotAreRefused() {
        FaultPlan plan = FaultPlan.of(Fault.of(FaultKind.KILL, Duration.ofSeconds(1), Duration.ofSeconds(1), 5));
        assertThatThrownBy(() -> plan.check(4))
                .hasMessageContaining("KILL of node 5")
                .hasMessageContaining("4 nodes");
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> FaultPlan.parse("KILL")).hasMessageContaining("\"KILL\" is no fault");
        assertThatThrownBy(() -> Fault.partition(Duration.ZERO, Duration.ofSeconds(1), 2, 2))
                .hasMessageContaining("expected another node");
    }
}
