package io.roomcast.samples.tracker;

import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line.
 *
 * @param port where the first node listens; the others take the ports after it, or any when it is 0
 * @param nodes how many nodes to start, 1 to {@value #MOST_NODES}
 * @param host the address to listen on
 * @param redis null = the nodes are joined in this JVM, {@value #OWN_REDIS} = over a Redis that the sample starts, else over the one
 *     with this URI
 */
record TrackerOptions(
        int port, int nodes, String host, @Nullable String redis) {

    static final String OWN_REDIS = "own";

    static final String USAGE = """
            Options:
              --port N    the first node's port, the others follow (default 8081; 0 picks free ones)
              --nodes N   how many nodes, 1 to 9 (default 2)
              --host H    the address to listen on (default localhost; 0.0.0.0 lets other machines in)
              --redis [U] join the nodes over the Redis at this URI; without one, over a Redis that is started
              --help      this text
            """;

    private static final int MOST_NODES = 9;

    TrackerOptions {
        checkRange("--port", port, 0, 65_535 - MOST_NODES);
        checkRange("--nodes", nodes, 1, MOST_NODES);
    }

    static TrackerOptions defaults() {
        return new TrackerOptions(8081, 2, "localhost", null);
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static TrackerOptions parse(List<String> arguments) {
        TrackerOptions options = defaults();
        ListIterator<String> rest = arguments.listIterator();
        while (rest.hasNext()) {
            String name = rest.next();
            options = switch (name) {
                case "--port" -> new TrackerOptions(number(name, rest), options.nodes, options.host, options.redis);
                case "--nodes" -> new TrackerOptions(options.port, number(name, rest), options.host, options.redis);
                case "--host" -> new TrackerOptions(options.port, options.nodes, value(name, rest), options.redis);
                case "--redis" -> new TrackerOptions(options.port, options.nodes, options.host, redis(rest));
                default -> throw new IllegalArgumentException("unknown option " + name);
            };
        }
        return options;
    }

    /** Returns the port of a node, 0 being the first. */
    int portOf(int node) {
        return port == 0 ? 0 : port + node;
    }

    private static String redis(ListIterator<String> rest) {
        if (rest.hasNext()) {
            String next = rest.next();
            if (!next.startsWith("--")) {
                return next;
            }
            rest.previous();
        }
        return OWN_REDIS;
    }

    private static String value(String name, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(name + " has no value");
        }
        return rest.next();
    }

    private static int number(String name, Iterator<String> rest) {
        String value = value(name, rest);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(name + " is " + value + ", expected a number", notANumber);
        }
    }

    private static void checkRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", expected " + least + " to " + most);
        }
    }
}
