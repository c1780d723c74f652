package io.roomcast.testkit.measure;

/** What has a value at a moment. */
public enum Gauge {
    /** Peers that are welcomed. */
    PEERS("peers", "peers", true),
    /** Replies and deliveries that are waited for. */
    BACKLOG("backlog", "open", true),
    /** Processor time of the generating processes, in processors: 1 is one processor fully used. */
    GENERATOR_CPU("generatorCpu", "processors", true),
    /** Processor time of the threads that have the clients, one in each generating process, in processors: near 1 for each, they are at their end. */
    SENDER_CPU("senderCpu", "processors", true),
    /** Heap in use in the generating processes, in bytes. */
    GENERATOR_HEAP("generatorHeap", "bytes", true),
    /** Time that the collectors of the generating processes took, in milliseconds of each second. */
    GENERATOR_GC("generatorGc", "ms", true),
    /** Processor time of the server, in processors; only of a server on this machine. */
    SERVER_CPU("serverCpu", "processors", false),
    /** Physical memory of the server, in bytes; only of a server on this machine. */
    SERVER_MEMORY("serverMemory", "bytes", false),
    /** Heap in use in the server, in bytes; only of a server in this process or a Java server that tells. */
    SERVER_HEAP("serverHeap", "bytes", false),
    /** Time that the server's collectors took, in milliseconds of each second. */
    SERVER_GC("serverGc", "ms", false),
    /** What waits in the server's queues for slow peers, in bytes; only of a server in this process. */
    SERVER_QUEUES("serverQueues", "bytes", false),
    /** The machine's load average of one minute. */
    LOAD_AVERAGE("loadAverage", "tasks", false);

    private final String key;
    private final String unit;
    private final boolean adds;

    Gauge(String key, String unit, boolean adds) {
        this.key = key;
        this.unit = unit;
        this.adds = adds;
    }

    /** Returns its name in JSON. */
    public String key() {
        return key;
    }

    /** Returns its unit. */
    public String unit() {
        return unit;
    }

    /** Joins the values of two processes: a sum, or the higher one where both see the same thing. */
    double merge(double one, double other) {
        return adds ? one + other : Math.max(one, other);
    }
}
