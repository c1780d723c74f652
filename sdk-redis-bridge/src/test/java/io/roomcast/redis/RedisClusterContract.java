package io.roomcast.redis;

import io.roomcast.bridge.Bridge;
import io.roomcast.testkit.junit.bridge.BridgeContract;
import io.roomcast.testkit.redis.RedisBinary;
import io.roomcast.testkit.redis.RedisCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** On a Cluster of three. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RedisClusterContract extends BridgeContract {

    private final RedisBinary binary;
    private RedisCluster redis;

    RedisClusterContract(RedisBinary binary) {
        this.binary = binary;
    }

    @BeforeAll
    void startRedis() {
        redis = RedisCluster.start(binary, 3);
    }

    @AfterAll
    void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.nodes().forEach(node -> node.ask("FLUSHALL"));
    }

    @Override
    protected Bridge newBridge() {
        return RedisBridge.builder(redis.uri()).partitions(5).build();
    }
}
