package io.roomcast.testkit.load;

import io.roomcast.testkit.measure.Gauge;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.ObjDoubleConsumer;

/** Tells what this process takes, and how loaded the machine is. Belongs to one thread. */
final class OwnProcess implements GaugeSource {

    private final Gauge cpu;
    private final Gauge heap;
    private final Gauge gc;
    private long lastNanos = System.nanoTime();
    private long lastCpu = cpuNanos();
    private long lastGc = gcMillis();

    private OwnProcess(Gauge cpu, Gauge heap, Gauge gc) {
        this.cpu = cpu;
        this.heap = heap;
        this.gc = gc;
    }

    /** Returns one that tells it as the generator's. */
    static OwnProcess asGenerator() {
        return new OwnProcess(Gauge.GENERATOR_CPU, Gauge.GENERATOR_HEAP, Gauge.GENERATOR_GC);
    }

    @Override
    public void read(ObjDoubleConsumer<Gauge> target) {
        long now = System.nanoTime();
        long used = cpuNanos();
        long collected = gcMillis();
        double seconds = Math.max(1e-3, (now - lastNanos) / 1e9);
        if (used >= 0) {
            target.accept(cpu, (used - lastCpu) / 1e9 / seconds);
        }
        target.accept(gc, (collected - lastGc) / seconds);
        target.accept(
                heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (load >= 0) {
            target.accept(Gauge.LOAD_AVERAGE, load);
        }
        lastNanos = now;
        lastCpu = used;
        lastGc = collected;
    }

    static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : -1;
    }

    private static long gcMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .filter(millis -> millis > 0)
                .sum();
    }
}
