package io.roomcast.testkit.scenario;

import java.time.Duration;

/** Says what is wrong with a setting. */
final class Checks {

    private Checks() {}

    static int range(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", expected " + least + " to " + most);
        }
        return value;
    }

    static double share(String name, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is " + value + ", expected more than 0 and at most 1");
        }
        return value;
    }

    static double rate(String name, double perSecond) {
        if (!(perSecond > 0 && perSecond <= 10_000_000)) {
            throw new IllegalArgumentException(
                    name + " is " + perSecond + ", expected more than 0 and at most 10,000,000");
        }
        return perSecond;
    }

    static Duration notNegative(String name, Duration value) {
        if (value.isNegative() || value.compareTo(Duration.ofDays(30)) > 0) {
            throw new IllegalArgumentException(name + " is " + value + ", expected zero to 30 days");
        }
        return value;
    }

    static Duration positive(String name, Duration value) {
        if (value.isZero()) {
            throw new IllegalArgumentException(name + " is zero, expected more");
        }
        return notNegative(name, value);
    }

    static String name(String what, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " is \"" + name + "\", expected a name");
        }
        return name;
    }
}
