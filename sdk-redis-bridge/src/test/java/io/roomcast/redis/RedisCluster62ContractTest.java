package io.roomcast.redis;

import io.roomcast.testkit.redis.RedisBinary;

/** With channels that all nodes of the Cluster pass on. */
class RedisCluster62ContractTest extends RedisClusterContract {
    RedisCluster62ContractTest() {
        super(RedisBinary.EMBEDDED);
    }
}
