package io.roomcast.benchmarks.bridge;

import java.util.Locale;

/** What is printed. */
final class Lines {

    private Lines() {}

    static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
