package io.roomcast.load;

import io.roomcast.load.preset.Shape;
import io.roomcast.testkit.load.LoadSettings;
import io.roomcast.testkit.scenario.Phase;
import io.roomcast.testkit.scenario.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long a run is to take, told before it, so that nobody has to wonder whether it hangs. Immutable.
 *
 * @param parts one after another
 * @param about all of them together
 * @param latest when it is over, whatever the servers do
 */
record Schedule(List<Part> parts, Duration about, Duration latest) {

    /** One part. */
    record Part(String name, Duration time) {}

    /** Of a scenario on real sockets. @param shape what it was made of, if it is a preset's */
    static Schedule of(Scenario scenario, Optional<Shape> shape, LoadSettings settings) {
        List<Part> parts = new ArrayList<>();
        if (!settings.warmUp().isZero()) {
            parts.add(new Part("warm-up", settings.warmUp()));
        }
        parts.addAll(parts(scenario, shape));
        return new Schedule(parts, sum(parts), settings.longest(scenario));
    }

    /** Of a scenario in virtual time, which is no time that anybody waits for. */
    static Schedule virtual(Scenario scenario, Optional<Shape> shape) {
        List<Part> parts = parts(scenario, shape);
        return new Schedule(parts, sum(parts), Duration.ZERO);
    }

    private static List<Part> parts(Scenario scenario, Optional<Shape> shape) {
        // Each peer of a preset stays for as long as the first one, so they go as they have come.
        return shape.map(of -> List.of(
                        new Part("ramp", of.rampUp()), new Part("hold", of.steady()), new Part("drain", of.rampUp())))
                .orElseGet(() -> scenario.phases().stream().map(Schedule::part).toList());
    }

    private static Part part(Phase phase) {
        return new Part("\"" + phase.name() + "\"", phase.duration());
    }

    private static Duration sum(List<Part> parts) {
        return parts.stream().map(Part::time).reduce(Duration.ZERO, Duration::plus);
    }

    /** Returns it in a line. */
    String text() {
        List<String> names = parts.stream()
                .map(part -> part.name() + " " + Durations.spoken(part.time()))
                .toList();
        String together = String.join(", ", names) + ": about " + Durations.spoken(about);
        return latest.isZero()
                ? together + " of virtual time"
                : together + " and what peers are at then; over after " + Durations.spoken(latest) + " at the latest";
    }
}
