package io.roomcast.testkit.load;

import io.roomcast.testkit.scenario.Scenario;
import java.time.Duration;

/**
 * What is the same for all scenarios on real sockets. Immutable.
 *
 * @param token what peers say in their hello
 * @param connectTimeout how long a connection may take until its welcome
 * @param deliveryTimeout how long a message may take to each of its receivers; after it the delivery is missing, and a sample of this length
 * @param mostLag how late the generator may be, at the 99th percentile, before a run says nothing
 * @param warmUp how long the scenario's traffic goes on before the first run, ten times as fast, with a tenth of the peers, in rooms of its own where the scenario leaves their names to a
 *     feeder: it is in no measurement, and no verdict depends on it. Zero for none
 * @param process which one of the processes of this run this is, from 0
 * @param processes how many processes share the peers
 */
public record LoadSettings(
        String token,
        Duration connectTimeout,
        Duration deliveryTimeout,
        Duration mostLag,
        Duration warmUp,
        int process,
        int processes) {

    /** One process, no token, 30 s to connect, 10 s to deliver, 20 ms of lag, no warm-up. */
    public static final LoadSettings DEFAULTS = new LoadSettings(
            "", Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofMillis(20), Duration.ZERO, 0, 1);

    /** Checks. */
    public LoadSettings {
        positive("connectTimeout", connectTimeout);
        positive("deliveryTimeout", deliveryTimeout);
        positive("mostLag", mostLag);
        if (warmUp.isNegative()) {
            throw new IllegalArgumentException("warmUp is " + warmUp + ", expected zero or more");
        }
        if (processes < 1 || processes > 250) {
            throw new IllegalArgumentException("processes is " + processes + ", expected 1 to 250");
        }
        if (process < 0 || process >= processes) {
            throw new IllegalArgumentException("process is " + process + ", expected 0 to " + (processes - 1));
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " is " + value + ", expected more than zero");
        }
    }

    /** Returns the same with a token. */
    public LoadSettings withToken(String value) {
        return new LoadSettings(value, connectTimeout, deliveryTimeout, mostLag, warmUp, process, processes);
    }

    /** Returns the same with another bound of the generator's lag. */
    public LoadSettings withMostLag(Duration value) {
        return new LoadSettings(token, connectTimeout, deliveryTimeout, value, warmUp, process, processes);
    }

    /** Returns the same with another time for deliveries. */
    public LoadSettings withDeliveryTimeout(Duration value) {
        return new LoadSettings(token, connectTimeout, value, mostLag, warmUp, process, processes);
    }

    /** Returns the same with a warm-up of so long, zero for none. */
    public LoadSettings withWarmUp(Duration value) {
        return new LoadSettings(token, connectTimeout, deliveryTimeout, mostLag, value, process, processes);
    }

    /** Returns the same for one of several processes. */
    public LoadSettings asProcess(int number, int of) {
        return new LoadSettings(token, connectTimeout, deliveryTimeout, mostLag, warmUp, number, of);
    }

    /** Returns after which time a run of a scenario is over, its warm-up included, whatever the servers do. What this process itself is late comes on top. */
    public Duration longest(Scenario scenario) {
        Duration run = LoadRun.longest(scenario.duration().plus(scenario.patience()), this);
        return warmUp.isZero() ? run : run.plus(LoadRun.longest(warmUp, this));
    }
}
