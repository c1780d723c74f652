package io.roomcast.redis;

import io.roomcast.testkit.redis.RedisBinary;
import org.junit.jupiter.api.Tag;

/** With channels that all nodes of the Cluster pass on. */
@Tag("slow")
class RedisCluster62ContractTest extends RedisClusterContract {
    RedisCluster62ContractTest() {
        super(RedisBinary.EMBEDDED);
    }
}
