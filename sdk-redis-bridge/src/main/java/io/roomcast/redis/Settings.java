package io.roomcast.redis;

import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What {@link RedisBridge.Builder} collected; its setters say what each means. Immutable. */
record Settings(
        RedisAddress address,
        @Nullable SSLContext tls,
        String keyPrefix,
        int partitions,
        int lanes,
        Duration connectTimeout,
        Duration commandTimeout,
        Duration heartbeatInterval,
        Duration suspectAfter,
        Duration deadAfter,
        Duration linger,
        int queueMessages,
        long queueBytes,
        List<byte[]> keys) {}
