package io.roomcast.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.load.preset.Preset;
import io.roomcast.load.preset.Shape;
import io.roomcast.testkit.load.LoadSettings;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Subprotocol;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTest {

    private static final LoadSettings WARM = LoadSettings.DEFAULTS.withWarmUp(Duration.ofSeconds(5));

    private static Shape shape(int peers, int rampSeconds, int steadySeconds, double pace) {
        return new Shape(
                peers,
                Duration.ofSeconds(rampSeconds),
                Duration.ofSeconds(steadySeconds),
                pace,
                Shape.Manner.EVEN,
                Subprotocol.PROTOBUF);
    }

    @Test
    void peersThatComeForAMinuteGoForAMinuteToo() {
        Shape shape = shape(26_000, 60, 15, 1);
        Schedule schedule = Schedule.of(Preset.ECHO.scenario(shape), Optional.of(shape), WARM);

        assertThat(schedule.about()).isEqualTo(Duration.ofSeconds(5 + 60 + 15 + 60));
        assertThat(schedule.text())
                .isEqualTo("warm-up 5s, ramp 1m, hold 15s, drain 1m: about 2m 20s and what peers are at then;"
                        + " over after 4m 15s at the latest");
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void whoeverPausesForLongHasTheTimeToFinish(Preset preset) {
        for (double pace : new double[] {0.01, 0.1, 1, 100}) {
            Shape shape = shape(100, 10, 600, pace);
            Scenario scenario = preset.scenario(shape);
            long longestPause = 0;
            for (int step = 0; step < scenario.program().steps(); step++) {
                if (scenario.program().opcode(step) == io.roomcast.testkit.program.Opcode.WAIT) {
                    longestPause = Math.max(
                            longestPause,
                            scenario.program()
                                    .spread(scenario.program().a(step))
                                    .most());
                }
            }
            // The last peer comes when the ramp is over, stays for all of it, and may just then begin a pause.
            Duration stays =
                    preset == Preset.QUOTES ? Duration.ZERO : shape.rampUp().plus(shape.steady());
            Duration lastIsThrough = shape.rampUp().plus(stays).plusNanos(longestPause);
            assertThat(scenario.duration().plus(scenario.patience()))
                    .as("%s at pace %s", preset, pace)
                    .isGreaterThan(lastIsThrough);
        }
    }

    @Test
    void aScenarioOfOnesOwnIsToldByItsPhases() {
        Scenario own = Scenario.named("own")
                .behaviour(Behaviour.of("visitor", peer -> peer.connect()))
                .phase("few", Arrivals.spike(5), Duration.ofSeconds(20))
                .phase("many", Arrivals.constant(10, Duration.ofSeconds(100)))
                .patience(Duration.ofSeconds(30))
                .build();
        assertThat(Schedule.of(own, Optional.empty(), LoadSettings.DEFAULTS).text())
                .isEqualTo(
                        "\"few\" 20s, \"many\" 1m 40s: about 2m and what peers are at then; over after 2m 42s at the latest");
    }

    @Test
    void virtualTimeIsNoTimeThatAnybodyWaitsFor() {
        Shape shape = shape(100, 10, 30, 1);
        assertThat(Schedule.virtual(Preset.CHAT.scenario(shape), Optional.of(shape))
                        .text())
                .isEqualTo("ramp 10s, hold 30s, drain 10s: about 50s of virtual time");
    }
}
