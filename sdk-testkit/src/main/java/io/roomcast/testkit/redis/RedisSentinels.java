package io.roomcast.testkit.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** A master, a replica, and three Sentinels that watch them, on loopback ports. Closing it kills them all. Not thread-safe. */
public final class RedisSentinels implements AutoCloseable {

    private static final String NAME = "roomcast";
    private static final int SENTINELS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinels() {}

    /** Starts them and waits until the Sentinels know each other and the replica follows. */
    public static RedisSentinels start(RedisBinary binary) {
        RedisSentinels all = new RedisSentinels();
        try {
            RedisServer master = RedisServer.builder().binary(binary).start();
            all.servers.add(master);
            all.servers.add(RedisServer.builder()
                    .binary(binary)
                    .setting("replicaof", "127.0.0.1 " + master.port())
                    .start());
            for (int i = 0; i < SENTINELS; i++) {
                all.sentinels.add(RedisServer.builder()
                        .binary(binary)
                        .sentinel(config(master.port()))
                        .start());
            }
            Pause.until("the Sentinels know each other and the replica", PATIENCE, all::isWell);
            return all;
        } catch (RuntimeException failed) {
            all.close();
            throw failed;
        }
    }

    private static String config(int masterPort) {
        return "sentinel monitor " + NAME + " 127.0.0.1 " + masterPort + " 2\n"
                + "sentinel down-after-milliseconds " + NAME + " 1000\n"
                + "sentinel failover-timeout " + NAME + " 5000\n";
    }

    private boolean isWell() {
        String others = "num-other-sentinels, " + (SENTINELS - 1);
        return String.valueOf(servers.get(1).ask("INFO", "replication")).contains("master_link_status:up")
                && sentinels.stream().allMatch(sentinel -> {
                    String master = String.valueOf(sentinel.ask("SENTINEL", "MASTER", NAME));
                    return master.contains(others) && master.contains("num-slaves, 1");
                });
    }

    /** Returns where they are, as a bridge wants to know it. */
    public String uri() {
        StringJoiner addresses = new StringJoiner(",");
        sentinels.forEach(sentinel -> addresses.add("127.0.0.1:" + sentinel.port()));
        return "redis-sentinel://" + addresses + "#" + NAME;
    }

    /** Returns the server that the first Sentinel takes for the master. */
    public RedisServer master() {
        Object reply = sentinels.get(0).ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
        String port = reply instanceof List<?> address ? String.valueOf(address.get(1)) : "";
        return servers.stream()
                .filter(server -> String.valueOf(server.port()).equals(port))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the Sentinels name " + reply + " as master"));
    }

    /** Makes the replica the master, with both alive, and returns when the Sentinels have begun. */
    public void failOver() {
        sentinels.get(0).ask("SENTINEL", "FAILOVER", NAME);
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        servers.forEach(RedisServer::close);
    }
}
