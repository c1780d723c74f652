package io.roomcast.testkit.load;

import java.time.Duration;

/**
 * What is the same for all scenarios on real sockets. Immutable.
 *
 * @param token what peers say in their hello
 * @param connectTimeout how long a connection may take until its welcome
 * @param deliveryTimeout how long a message may take to each of its receivers; after it the delivery is missing, and a sample of this length
 * @param mostLag how late the generator may be, at the 99th percentile, before a run says nothing
 * @param process which one of the processes of this run this is, from 0
 * @param processes how many processes share the peers
 */
public record LoadSettings(
        String token, Duration connectTimeout, Duration deliveryTimeout, Duration mostLag, int process, int processes) {

    /** One process, no token, 30 s to connect, 10 s to deliver, 20 ms of lag. */
    public static final LoadSettings DEFAULTS =
            new LoadSettings("", Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofMillis(20), 0, 1);

    /** Checks. */
    public LoadSettings {
        positive("connectTimeout", connectTimeout);
        positive("deliveryTimeout", deliveryTimeout);
        positive("mostLag", mostLag);
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
        return new LoadSettings(value, connectTimeout, deliveryTimeout, mostLag, process, processes);
    }

    /** Returns the same with another bound of the generator's lag. */
    public LoadSettings withMostLag(Duration value) {
        return new LoadSettings(token, connectTimeout, deliveryTimeout, value, process, processes);
    }

    /** Returns the same with another time for deliveries. */
    public LoadSettings withDeliveryTimeout(Duration value) {
        return new LoadSettings(token, connectTimeout, value, mostLag, process, processes);
    }

    /** Returns the same for one of several processes. */
    public LoadSettings asProcess(int number, int of) {
        return new LoadSettings(token, connectTimeout, deliveryTimeout, mostLag, number, of);
    }
}
