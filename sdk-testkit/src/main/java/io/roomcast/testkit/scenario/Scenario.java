package io.roomcast.testkit.scenario;

import io.roomcast.testkit.program.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who comes when and does what. One scenario runs in virtual time, on loopback sockets and against servers elsewhere. Immutable, safe to use from any
 * thread. What contradicts itself is refused by {@link Builder#build} with what to change.
 *
 * <pre>{@code
 * Scenario chat = Scenario.named("chat")
 *     .behaviour(9, talker)
 *     .behaviour(1, lurker)
 *     .phase("growth", Arrivals.steps(100, Duration.ofSeconds(15), 2000), Duration.ofSeconds(60))
 *     .build();
 * }</pre>
 */
public final class Scenario {

    private final String name;
    private final List<Mixed> mix;
    private final List<Phase> phases;
    private final Relay relay;
    private final Duration patience;
    private final Program program;

    /**
     * A behaviour, and how many peers show it in relation to the others.
     */
    public record Mixed(int weight, Behaviour behaviour) {

        public Mixed {
            Checks.range("weight", weight, 1, 1_000_000);
        }
    }

    private Scenario(Builder builder) {
        this.name = builder.name;
        this.mix = List.copyOf(builder.mix);
        this.phases = List.copyOf(builder.phases);
        this.relay = builder.relay;
        this.patience = builder.patience;
        this.program = Program.of(mix);
    }

    /** Begins one. @param name what reports call it */
    public static Builder named(String name) {
        return new Builder(Checks.name("name", name));
    }

    public String name() {
        return name;
    }

    /** Returns who there is. */
    public List<Mixed> mix() {
        return mix;
    }

    /** Returns the phases in order. */
    public List<Phase> phases() {
        return phases;
    }

    /** Returns whom the handler of the rooms gives what peers broadcast. */
    public Relay relay() {
        return relay;
    }

    /** Returns how long peers get, after the last phase, to finish what they do. */
    public Duration patience() {
        return patience;
    }

    /** Returns what all peers do, as numbers. */
    public Program program() {
        return program;
    }

    /** Returns how long the phases take together. */
    public Duration duration() {
        return phases.stream().map(Phase::duration).reduce(Duration.ZERO, Duration::plus);
    }

    /** Returns how many peers come, roughly where that is chance. A pool counts once. */
    public long expectedPeers() {
        return phases.stream()
                .mapToLong(phase -> phase.arrivals().expectedPeers())
                .sum();
    }

    @Override
    public String toString() {
        return "Scenario[" + name + ", " + mix.size() + " behaviours, " + expectedPeers() + " peers, " + duration()
                + "]";
    }

    /** Collects what makes a scenario. Not safe for concurrent use. */
    public static final class Builder {

        private final String name;
        private final List<Mixed> mix = new ArrayList<>();
        private final List<Phase> phases = new ArrayList<>();
        private Relay relay = Relay.OTHERS;
        private Duration patience = Duration.ofSeconds(60);

        private Builder(String name) {
            this.name = name;
        }

        /** Adds the only behaviour, or one as frequent as another of weight 1. */
        public Builder behaviour(Behaviour behaviour) {
            return behaviour(1, behaviour);
        }

        /** Adds a behaviour. @param weight how many peers show it in relation to the others */
        public Builder behaviour(int weight, Behaviour behaviour) {
            mix.add(new Mixed(weight, behaviour));
            return this;
        }

        /** Adds a phase that ends with its last arrival. */
        public Builder phase(String phase, Arrivals arrivals) {
            return phase(phase, arrivals, Duration.ZERO);
        }

        /** Adds a phase. @param hold how long it goes on after the last arrival */
        public Builder phase(String phase, Arrivals arrivals, Duration hold) {
            phases.add(new Phase(phase, arrivals, hold));
            return this;
        }

        /** Sets whom the handler of the rooms gives what peers broadcast. Default: everybody but the sender. */
        public Builder relay(Relay whom) {
            relay = whom;
            return this;
        }

        /** Sets how long peers get, after the last phase, to finish what they do; they are counted as unfinished then. Default: 60 s. */
        public Builder patience(Duration time) {
            patience = Checks.notNegative("patience", time);
            return this;
        }

        /**
         * Makes the scenario.
         *
         * @throws IllegalArgumentException if it contradicts itself
         */
        public Scenario build() {
            if (mix.isEmpty()) {
                throw new IllegalArgumentException("scenario \"" + name + "\" has no behaviour, expected at least one");
            }
            if (phases.isEmpty()) {
                throw new IllegalArgumentException(
                        "scenario \"" + name + "\" has no phase, so nobody comes; expected at least one");
            }
            unique("phase", phases.stream().map(Phase::name).toList());
            unique(
                    "behaviour",
                    mix.stream().map(mixed -> mixed.behaviour().name()).toList());
            Scenario scenario = new Scenario(this);
            barriersCanFill(scenario);
            return scenario;
        }

        private void unique(String what, List<String> names) {
            Set<String> seen = new LinkedHashSet<>();
            for (String each : names) {
                if (!seen.add(each)) {
                    throw new IllegalArgumentException("scenario \"" + name + "\" has two of " + what + " \"" + each
                            + "\"; give each a name of its own");
                }
            }
        }

        private void barriersCanFill(Scenario scenario) {
            boolean chance = phases.stream().anyMatch(phase -> phase.arrivals() instanceof Arrivals.Poisson);
            boolean pool = phases.stream().anyMatch(phase -> phase.arrivals().closed());
            for (Program.Barrier barrier : scenario.program.barriers()) {
                if (!chance && !pool && barrier.peers() > scenario.expectedPeers()) {
                    throw new IllegalArgumentException("barrier \"" + barrier.name() + "\" waits for " + barrier.peers()
                            + " peers, and only " + scenario.expectedPeers()
                            + " come; lower the barrier or let more peers come");
                }
            }
        }
    }
}
