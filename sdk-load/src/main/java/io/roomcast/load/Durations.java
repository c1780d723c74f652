package io.roomcast.load;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** Times as people type them: 500ms, 30s, 5m, 1h. */
final class Durations {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    private static final List<Unit> UNITS =
            List.of(new Unit("h", 3_600_000), new Unit("m", 60_000), new Unit("s", 1000));

    private static final Duration FINE = Duration.ofSeconds(10);
    private static final int MINUTE = 60;

    private Durations() {}

    static Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("\"" + text + "\" is no time, expected one like 500ms, 30s, 5m or 1h");
        }
        long value = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(value);
            case "s" -> Duration.ofSeconds(value);
            case "m" -> Duration.ofMinutes(value);
            default -> Duration.ofHours(value);
        };
    }

    /** Returns a time as people type it. */
    static String text(Duration time) {
        long millis = time.toMillis();
        for (Unit unit : UNITS) {
            if (millis >= unit.millis && millis % unit.millis == 0) {
                return millis / unit.millis + unit.name;
            }
        }
        return millis + "ms";
    }

    /** Returns a time as people say it, to the second where it is longer than ten of them. */
    static String spoken(Duration time) {
        if (time.compareTo(FINE) < 0) {
            return text(time);
        }
        long seconds = time.plusMillis(500).toSeconds();
        if (seconds < MINUTE) {
            return seconds + "s";
        }
        return seconds / MINUTE + "m" + (seconds % MINUTE == 0 ? "" : " " + seconds % MINUTE + "s");
    }

    private record Unit(String name, long millis) {}
}
