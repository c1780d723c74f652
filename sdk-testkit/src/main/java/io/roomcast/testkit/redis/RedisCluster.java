package io.roomcast.testkit.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Redis Cluster of masters without replicas, on loopback ports. Closing it kills them all. Not thread-safe. */
public final class RedisCluster implements AutoCloseable {

    private static final int SLOTS = 16_384;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster() {}

    /**
     * Starts a Cluster and waits until all of its nodes say that it is well.
     *
     * @param masters how many nodes, 1 to 6; they share the slots evenly
     */
    public static RedisCluster start(RedisBinary binary, int masters) {
        if (masters < 1 || masters > 6) {
            throw new IllegalArgumentException("masters is " + masters + ", expected 1 to 6");
        }
        RedisCluster cluster = new RedisCluster();
        try {
            for (int i = 0; i < masters; i++) {
                cluster.nodes.add(RedisServer.builder()
                        .binary(binary)
                        .port(FreePorts.withBus())
                        .setting("cluster-enabled", "yes")
                        .setting("cluster-node-timeout", "2000")
                        .start());
            }
            cluster.join();
            return cluster;
        } catch (RuntimeException failed) {
            cluster.close();
            throw failed;
        }
    }

    private void join() {
        for (int i = 0; i < nodes.size(); i++) {
            RedisServer node = nodes.get(i);
            node.ask(slots(SLOTS * i / nodes.size(), SLOTS * (i + 1) / nodes.size()));
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
        }
        for (RedisServer node : nodes) {
            node.ask("CLUSTER", "MEET", "127.0.0.1", String.valueOf(nodes.get(0).port()));
        }
        Pause.until(
                "all nodes of the Cluster are well",
                PATIENCE,
                () -> nodes.stream().allMatch(this::isWell));
    }

    private static String[] slots(int from, int end) {
        List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
        for (int slot = from; slot < end; slot++) {
            words.add(String.valueOf(slot));
        }
        return words.toArray(String[]::new);
    }

    private boolean isWell(RedisServer node) {
        String info = String.valueOf(node.ask("CLUSTER", "INFO"));
        return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + nodes.size());
    }

    /** Returns where it is, as a bridge wants to know it: its first node. */
    public String uri() {
        return "redis-cluster://127.0.0.1:" + nodes.get(0).port();
    }

    /** Returns its nodes. */
    public List<RedisServer> nodes() {
        return List.copyOf(nodes);
    }

    /** Returns the node that has a slot. */
    public RedisServer owner(int slot) {
        for (RedisServer node : nodes) {
            String self = line(node, "myself");
            for (String range : self.split(" ", -1)) {
                if (range.matches("\\d+(-\\d+)?")) {
                    String[] ends = range.split("-", -1);
                    int first = Integer.parseInt(ends[0]);
                    int last = Integer.parseInt(ends[ends.length - 1]);
                    if (self.indexOf("connected") < self.lastIndexOf(" " + range) && first <= slot && slot <= last) {
                        return node;
                    }
                }
            }
        }
        throw new IllegalStateException("no node has slot " + slot);
    }

    /** Moves a slot and its keys to another node, as redis-cli --cluster reshard does. */
    public void move(int slot, RedisServer to) {
        RedisServer from = owner(slot);
        if (from == to) {
            return;
        }
        String number = String.valueOf(slot);
        to.ask("CLUSTER", "SETSLOT", number, "IMPORTING", id(from));
        from.ask("CLUSTER", "SETSLOT", number, "MIGRATING", id(to));
        while (from.ask("CLUSTER", "GETKEYSINSLOT", number, "100") instanceof List<?> keys && !keys.isEmpty()) {
            for (Object key : keys) {
                from.ask("MIGRATE", "127.0.0.1", String.valueOf(to.port()), String.valueOf(key), "0", "5000");
            }
        }
        to.ask("CLUSTER", "SETSLOT", number, "NODE", id(to));
        from.ask("CLUSTER", "SETSLOT", number, "NODE", id(to));
        for (RedisServer other : nodes) {
            if (other != from && other != to) {
                other.ask("CLUSTER", "SETSLOT", number, "NODE", id(to));
            }
        }
    }

    private static String id(RedisServer node) {
        return String.valueOf(node.ask("CLUSTER", "MYID"));
    }

    private static String line(RedisServer node, String flag) {
        for (String line : String.valueOf(node.ask("CLUSTER", "NODES")).split("\n", -1)) {
            if (line.contains(flag)) {
                return line;
            }
        }
        return "";
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
