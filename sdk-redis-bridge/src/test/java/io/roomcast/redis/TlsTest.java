package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.roomcast.RoomcastException;
import io.roomcast.bridge.BridgeState;
import io.roomcast.testkit.bridge.BridgeRecorder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRedis7
class TlsTest {

    @TempDir
    Path folder;

    @Test
    void itSpeaksTlsWithAServerThatItTrustsAndWithNoOther() throws Exception {
        try (TlsRedis redis = TlsRedis.start(folder)) {
            String uri = redis.uri();
            try (RedisBridge bridge =
                    RedisBridge.builder(uri).tls(redis.trusting()).build()) {
                bridge.start("n", new BridgeRecorder());
                await("up").until(() -> bridge.state() == BridgeState.UP);
                bridge.subscribe("r").toCompletableFuture().get(10, TimeUnit.SECONDS);
            }
            assertStartFails(RedisBridge.connect(uri), "certification path");
            assertStartFails(
                    RedisBridge.builder(redis.uri().replace("localhost", "127.0.0.1"))
                            .tls(redis.trusting())
                            .build(),
                    "subject alternative names");
        }
    }

    private static void assertStartFails(RedisBridge bridge, String said) {
        assertThatExceptionOfType(RoomcastException.class)
                .isThrownBy(() -> bridge.start("n", new BridgeRecorder()))
                .withMessageContaining(said);
        bridge.close();
    }

    @Test
    void aTlsContextForAPlainUriIsRefused() throws Exception {
        SSLContext context = SSLContext.getDefault();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisBridge.builder("redis://h").tls(context))
                .withMessageContaining("expected a rediss:// URI");
    }
}
