package io.roomcast.redis;

import io.roomcast.bridge.Bridge;
import io.roomcast.testkit.junit.bridge.BridgeContract;
import io.roomcast.testkit.redis.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** On the Redis that is installed. */
class RedisBridgeContractTest extends BridgeContract {

    private static RedisServer redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.ask("FLUSHALL");
    }

    @Override
    protected Bridge newBridge() {
        return RedisBridge.connect(redis.uri());
    }
}
