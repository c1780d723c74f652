package io.roomcast.testkit.load;

import io.roomcast.testkit.measure.Gauge;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.ObjDoubleConsumer;

/** Tells what this process takes, what the thread takes that asks, and how loaded the machine is. Belongs to that thread. */
final class OwnProcess implements GaugeSource {

    private long lastNanos = System.nanoTime();
    private long lastCpu = cpuNanos();
    private long lastThreadCpu = threadCpuNanos();
    private long lastGc = gcMillis();

    @Override
    public void read(ObjDoubleConsumer<Gauge> target) {
        long now = System.nanoTime();
        long used = cpuNanos();
        long ofThread = threadCpuNanos();
        long collected = gcMillis();
        double seconds = Math.max(1e-3, (now - lastNanos) / 1e9);
        if (used >= 0) {
            target.accept(Gauge.GENERATOR_CPU, (used - lastCpu) / 1e9 / seconds);
        }
        if (ofThread >= 0) {
            target.accept(Gauge.SENDER_CPU, (ofThread - lastThreadCpu) / 1e9 / seconds);
        }
        target.accept(Gauge.GENERATOR_GC, (collected - lastGc) / seconds);
        target.accept(
                Gauge.GENERATOR_HEAP,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (load >= 0) {
            target.accept(Gauge.LOAD_AVERAGE, load);
        }
        lastNanos = now;
        lastCpu = used;
        lastThreadCpu = ofThread;
        lastGc = collected;
    }

    static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : -1;
    }

    private static long threadCpuNanos() {
        return ManagementFactory.getThreadMXBean().isCurrentThreadCpuTimeSupported()
                ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
                : -1;
    }

    private static long gcMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .filter(millis -> millis > 0)
                .sum();
    }
}
