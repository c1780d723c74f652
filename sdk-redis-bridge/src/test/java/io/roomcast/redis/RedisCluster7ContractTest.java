package io.roomcast.redis;

import io.roomcast.testkit.redis.RedisBinary;

/** With sharded channels. */
@RequiresRedis7
class RedisCluster7ContractTest extends RedisClusterContract {
    RedisCluster7ContractTest() {
        super(RedisBinary.INSTALLED);
    }
}
