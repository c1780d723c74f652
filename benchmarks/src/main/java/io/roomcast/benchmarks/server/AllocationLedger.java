package io.roomcast.benchmarks.server;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * How many bytes all Java threads of this process have allocated so far. JDK 17 tells it per living thread only, so the
 * ledger keeps the last that was seen of a thread that has died; what such a thread allocated after that is missed. Used by
 * one thread, which is left out.
 */
final class AllocationLedger {

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Map<Long, Long> lastSeen = new HashMap<>();

    long totalBytes() {
        long[] ids = threads.getAllThreadIds();
        long[] allocated = threads.getThreadAllocatedBytes(ids);
        long self = Thread.currentThread().getId();
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != self && allocated[i] >= 0) {
                lastSeen.put(ids[i], allocated[i]);
            }
        }
        return lastSeen.values().stream().mapToLong(Long::longValue).sum();
    }
}
