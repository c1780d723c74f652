package io.roomcast.redis;

import io.roomcast.bridge.Bridge;
import io.roomcast.testkit.junit.bridge.BridgeContract;
import io.roomcast.testkit.redis.RedisBinary;
import io.roomcast.testkit.redis.RedisSentinels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** On a master that Sentinels watch. */
@Tag("slow")
class RedisSentinelContractTest extends BridgeContract {

    private static RedisSentinels redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisSentinels.start(RedisBinary.ANY);
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.master().ask("FLUSHALL");
    }

    @Override
    protected Bridge newBridge() {
        return RedisBridge.connect(redis.uri());
    }
}
