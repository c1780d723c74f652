package io.roomcast.benchmarks.bridge;

import io.roomcast.testkit.redis.RedisServer;

/** What Redis says of itself. */
record RedisProcessor(RedisServer redis) {

    /** Returns the processor time that it has used. */
    double seconds() {
        String info = String.valueOf(redis.ask("INFO", "cpu"));
        return field(info, "used_cpu_user:") + field(info, "used_cpu_sys:");
    }

    /** Returns how many channels somebody listens to. */
    long channels() {
        return (long) field(String.valueOf(redis.ask("INFO", "stats")), "pubsub_channels:");
    }

    private static double field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }
}
