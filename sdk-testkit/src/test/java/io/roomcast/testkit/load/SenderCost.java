package io.roomcast.testkit.load;

import com.sun.management.ThreadMXBean;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.result.Sample;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What echoes cost the thread that has all clients, which is the one that a run tells its progress: read once a second, from the first whole second after the warm-up until the time is over, so that neither connecting nor
 * warming up nor leaving is in it. What the servers, the JIT compilers and the collector take is on other threads, and counted apart.
 */
final class SenderCost implements Progress {

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final int connections;
    private final long warmUpNanos;
    private final long measuredNanos;
    private long startNanos;
    private long echoesBefore;
    private long total;
    private Reading first = new Reading(0, 0, 0, 0);
    private Reading last = first;

    private record Reading(long echoes, long cpu, long all, long allocated) {}

    SenderCost(int connections, Duration warmUp, Duration measured) {
        this.connections = connections;
        this.warmUpNanos = warmUp.toNanos();
        this.measuredNanos = measured.toNanos();
    }

    @Override
    public void on(Sample second) {
        total += second.received();
        if (startNanos == 0) {
            startNanos = total > 0 ? System.nanoTime() : 0;
            return;
        }
        long since = System.nanoTime() - startNanos;
        if (since < warmUpNanos) {
            return;
        }
        if (first.echoes() == 0) {
            first = reading();
            last = first;
            echoesBefore = total;
        } else if (since <= warmUpNanos + measuredNanos && second.peers() == connections) {
            last = reading();
        }
    }

    private Reading reading() {
        return new Reading(
                total,
                threads.getCurrentThreadCpuTime(),
                OwnProcess.cpuNanos(),
                threads.getThreadAllocatedBytes(Thread.currentThread().getId()));
    }

    long echoesBefore() {
        return echoesBefore;
    }

    long echoes() {
        return last.echoes() - first.echoes();
    }

    double microsAnEcho() {
        return (last.cpu() - first.cpu()) / 1e3 / echoes();
    }

    double microsOfOthers() {
        return (last.all() - first.all()) / 1e3 / echoes() - microsAnEcho();
    }

    long bytesAnEcho() {
        return (last.allocated() - first.allocated()) / echoes();
    }
}
