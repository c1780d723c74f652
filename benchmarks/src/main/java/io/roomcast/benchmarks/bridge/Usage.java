package io.roomcast.benchmarks.bridge;

import com.sun.management.OperatingSystemMXBean;
import io.roomcast.testkit.redis.RedisServer;
import java.lang.management.ManagementFactory;

/** What a measurement costs in processor time. */
record Usage(RedisServer redis) {

    /**
     * Processor time.
     *
     * @param ownNanos of this process, whatever its threads did meanwhile
     * @param redisNanos of Redis
     */
    record Used(long ownNanos, long redisNanos) {}

    /** Runs something and returns what it used. */
    Used during(Runnable task) {
        long own = ownNanos();
        long ofRedis = redisNanos();
        task.run();
        return new Used(ownNanos() - own, redisNanos() - ofRedis);
    }

    /** Returns how many channels somebody listens to. */
    long channels() {
        return (long) field(String.valueOf(redis.ask("INFO", "stats")), "pubsub_channels:");
    }

    String version() {
        return String.valueOf(redis.ask("INFO", "server"))
                .lines()
                .filter(line -> line.startsWith("redis_version:"))
                .map(line -> line.substring(line.indexOf(':') + 1))
                .findFirst()
                .orElse("unknown");
    }

    private static long ownNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private long redisNanos() {
        String info = String.valueOf(redis.ask("INFO", "cpu"));
        return (long) (1e9 * (field(info, "used_cpu_user:") + field(info, "used_cpu_sys:")));
    }

    private static double field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }
}
