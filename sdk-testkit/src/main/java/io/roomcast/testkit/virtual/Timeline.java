package io.roomcast.testkit.virtual;

import io.roomcast.NodeStats;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Sample;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.ArrayList;
import java.util.List;

/** The run second by second. What it reads of the machine changes nothing in the run. Belongs to the world's thread. */
final class Timeline {

    private final RunState run;
    private final VirtualCluster cluster;
    private final Progress progress;
    private final List<Sample> samples = new ArrayList<>();
    private final OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    private final Runtime runtime = Runtime.getRuntime();
    private long plannedBefore;
    private long sentBefore;
    private long receivedBefore;
    private long errorsBefore;
    private long gcBefore = collectedMillis();
    private boolean over;

    Timeline(RunState run, VirtualCluster cluster, Progress progress) {
        this.run = run;
        this.cluster = cluster;
        this.progress = progress;
    }

    /** A second of virtual time is over. */
    void second() {
        if (over) {
            return;
        }
        long planned = run.tally.total(Count.MESSAGES_PLANNED) + run.tally.total(Count.REQUESTS);
        long errors = run.tally.total(Count.ERRORS)
                + run.tally.total(Count.CONNECTS_FAILED)
                + run.tally.total(Count.CONNECTIONS_LOST)
                + run.tally.total(Count.REQUESTS_TIMED_OUT);
        long collected = collectedMillis();
        boolean any = run.ofThisSecond.getTotalCount() > 0;
        long peers = 0;
        long outbound = 0;
        for (VirtualNode node : cluster.nodes()) {
            if (node.isUp()) {
                NodeStats stats = node.stats().get(node.stats().size() - 1);
                peers += stats.peers();
                outbound += stats.outboundBytes();
            }
        }
        Sample sample = new Sample(
                samples.size(),
                run.phase,
                peers,
                planned - plannedBefore,
                run.sent - sentBefore,
                run.received - receivedBefore,
                errors - errorsBefore,
                any ? run.ofThisSecond.getValueAtPercentile(50) : -1,
                any ? run.ofThisSecond.getValueAtPercentile(90) : -1,
                any ? run.ofThisSecond.getValueAtPercentile(99) : -1,
                any ? run.ofThisSecond.getMaxValue() : -1,
                0,
                -1,
                system.getSystemLoadAverage(),
                runtime.totalMemory() - runtime.freeMemory(),
                collected - gcBefore,
                outbound);
        plannedBefore = planned;
        sentBefore = run.sent;
        receivedBefore = run.received;
        errorsBefore = errors;
        gcBefore = collected;
        run.ofThisSecond.reset();
        samples.add(sample);
        progress.on(sample);
    }

    void end() {
        over = true;
    }

    List<Sample> samples() {
        return samples;
    }

    private static long collectedMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }
}
