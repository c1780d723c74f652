package io.roomcast.benchmarks.bridge;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** The command line. */
record BridgeOptions(
        List<String> measured,
        int rounds,
        double seconds,
        int historyMessages,
        int rooms,
        boolean spinning,
        boolean mustHaveAll,
        Path node) {

    static final String HELP = """
            Measures the Redis bridge beside others: docs/performance.md. Options, with their defaults:
              --measure LIST    throughput,paced,history,rooms
              --rounds 5        everything once in each
              --seconds 2       of each measurement
              --pacing sleep    how the one that sends at a fixed rate waits: sleep, or spin, which takes a processor for itself
              --node DIRECTORY  of the server that runs in Node; default: where it is in the source tree
              --quick           short, to see that everything works: the figures mean little
            """;

    private static final List<String> ALL = List.of("throughput", "paced", "history", "rooms");

    /** As in the build: what cannot run is a failure. */
    private static final String REQUIRE_ALL = "ROOMCAST_REQUIRE_ALL";

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it cannot; says what was expected
     */
    static BridgeOptions parse(String... arguments) {
        List<String> measured = ALL;
        boolean quick = List.of(arguments).contains("--quick");
        int rounds = quick ? 1 : 5;
        double seconds = quick ? 0.3 : 2;
        boolean spinning = false;
        Path node = besideTheJar().resolve("../src/main/node");
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i];
            if (name.equals("--quick")) {
                continue;
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(name + " is unknown or lacks its value, see --help");
            }
            String value = arguments[++i];
            switch (name) {
                case "--measure" -> measured = known(value);
                case "--rounds" -> rounds = number(name, value, 1000);
                case "--seconds" -> seconds = number(name, value, 3600);
                case "--pacing" -> spinning = isSpin(value);
                case "--node" -> node = Path.of(value);
                default -> throw new IllegalArgumentException(name + " is unknown, see --help");
            }
        }
        return new BridgeOptions(
                measured,
                rounds,
                seconds,
                quick ? 20_000 : 300_000,
                quick ? 5_000 : 100_000,
                spinning,
                "1".equals(System.getenv(REQUIRE_ALL)),
                node);
    }

    boolean measures(String what) {
        return measured.contains(what);
    }

    private static List<String> known(String value) {
        List<String> named = List.of(value.split(","));
        if (!ALL.containsAll(named)) {
            throw new IllegalArgumentException("--measure is " + value + ", expected some of " + String.join(",", ALL));
        }
        return named;
    }

    private static boolean isSpin(String value) {
        return switch (value) {
            case "spin" -> true;
            case "sleep" -> false;
            default -> throw new IllegalArgumentException("--pacing is " + value + ", expected sleep or spin");
        };
    }

    private static int number(String name, String value, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(name + " is " + value + ", expected a number from 1 to " + most);
    }

    /** Returns the directory {@code target}. */
    private static Path besideTheJar() {
        try {
            return Path.of(BridgeOptions.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toAbsolutePath()
                    .resolveSibling("");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the harness does not know where it was loaded from", e);
        }
    }
}
