package io.roomcast.redis;

import io.roomcast.bridge.Bridge;
import io.roomcast.testkit.junit.bridge.BridgeContract;
import io.roomcast.testkit.redis.RedisBinary;
import io.roomcast.testkit.redis.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** On the oldest Redis that will do, with signatures. */
class Redis62ContractTest extends BridgeContract {

    private static RedisServer redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.builder().binary(RedisBinary.EMBEDDED).start();
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
        return RedisBridge.builder(redis.uri())
                .authenticate(new byte[32])
                .lanes(3)
                .build();
    }
}
