package io.roomcast.load;

import io.roomcast.load.preset.Preset;
import io.roomcast.load.preset.Shape;
import io.roomcast.testkit.report.Objective;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Subprotocol;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What to run, as typed. */
final class WhatOptions {

    private static final Duration WARM_UP = Duration.ofSeconds(5);

    @Parameters(
            index = "0",
            paramLabel = "SCENARIO",
            description = "chat, tracker, quotes, orders, echo, or the name of a class on the class path"
                    + " that is a Supplier<Scenario> (java -cp roomcast-load.jar:mine.jar io.roomcast.load.Main …).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Option(
            names = "--ramp-up",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "In which time the peers come. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration rampUp;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long all of them stay. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration steady;

    @Option(
            names = "--pace",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "How busy each is: 2 = twice as busy. Default: ${DEFAULT-VALUE}.")
    private double pace;

    @Option(
            names = "--arrivals",
            paramLabel = "MANNER",
            defaultValue = "even",
            description = "How they come: even, poisson, ramp, steps or spike. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Shape.Manner manner;

    @Option(
            names = "--protocol",
            paramLabel = "PROTOCOL",
            description = "What the preset's peers speak: protobuf or json. Default: protobuf.")
    private @Nullable Subprotocol protocol;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "Decides whatever is chance. Default: ${DEFAULT-VALUE}.")
    long seed;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            description =
                    "For how long the same goes on beforehand, faster and with fewer peers, in rooms of its own: it is"
                            + " measured in nothing. 0 = not at all. Default: 5s for presets, 0 for classes.")
    private @Nullable Duration warmUp;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    String name() {
        return name;
    }

    Optional<Preset> preset() {
        return name.indexOf('.') < 0 ? Optional.of(Preset.named(name)) : Optional.empty();
    }

    Shape shape(int peers) {
        return new Shape(peers, rampUp, steady, pace, manner, protocol == null ? Subprotocol.PROTOBUF : protocol);
    }

    /** Returns the scenario; one of a class has the number of peers that it has. */
    Scenario scenario(int peers) {
        Optional<Preset> preset = preset();
        if (preset.isPresent()) {
            return preset.get().scenario(shape(peers));
        }
        Typed.refuse(
                command,
                "a scenario of your own",
                name + " says itself how many peers come, when, what they do and what they speak",
                "take a preset",
                List.of("--peers", "--ramp-up", "--for", "--pace", "--arrivals", "--protocol"));
        return supplied();
    }

    private Scenario supplied() {
        try {
            Object made = Class.forName(name).getDeclaredConstructor().newInstance();
            if (made instanceof Supplier<?> supplier && supplier.get() instanceof Scenario scenario) {
                return scenario;
            }
            throw new IllegalArgumentException(name + " is no Supplier<Scenario>");
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "the class " + name + " cannot be made: " + e
                            + "; expected one on the class path with a public constructor without parameters",
                    e);
        }
    }

    /** Returns for how long to warm up. */
    Duration warmUp() {
        Duration typed = warmUp;
        return typed != null ? typed : preset().isPresent() ? WARM_UP : Duration.ZERO;
    }

    /** Returns what is about to happen, for people. */
    String describe(Scenario scenario) {
        String who = String.format(Locale.ROOT, "%s: %,d peers", scenario.name(), scenario.expectedPeers());
        return preset().isPresent()
                ? who + " come within " + Durations.text(rampUp) + ", stay for " + Durations.text(steady)
                        + " and finish what they are at,"
                        + (protocol == Subprotocol.JSON ? " speak JSON," : "")
                : who + " within " + Durations.text(scenario.duration()) + ",";
    }

    /** Returns what is asked of the run. @param typed empty for the usual */
    List<Objective> objectives(List<String> typed) {
        List<String> texts = !typed.isEmpty()
                ? typed
                : preset().map(Preset::objectives).orElse(List.of("errors<0.1%", "achieved>98%"));
        return texts.stream().map(Objective::new).toList();
    }
}
