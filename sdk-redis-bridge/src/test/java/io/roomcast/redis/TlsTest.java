package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.roomcast.RoomcastException;
import io.roomcast.bridge.BridgeState;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.redis.RedisBinary;
import io.roomcast.testkit.redis.RedisServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRedis7
class TlsTest {

    private static final char[] PASSWORD = "not a secret".toCharArray();

    @TempDir
    Path folder;

    @Test
    void itSpeaksTlsWithAServerThatItTrustsAndWithNoOther() throws Exception {
        KeyStore keys = keys();
        int port = freePort();
        try (RedisServer redis = RedisServer.builder()
                .binary(RedisBinary.INSTALLED)
                .setting("tls-port", String.valueOf(port))
                .setting(
                        "tls-cert-file",
                        pem("CERTIFICATE", keys.getCertificate("redis").getEncoded()))
                .setting(
                        "tls-key-file",
                        pem("PRIVATE KEY", keys.getKey("redis", PASSWORD).getEncoded()))
                .setting("tls-ca-cert-file", folder.resolve("CERTIFICATE.pem").toString())
                .setting("tls-auth-clients", "no")
                .start()) {
            assertThat(redis.isRunning()).isTrue();
            String uri = "rediss://localhost:" + port;
            try (RedisBridge bridge =
                    RedisBridge.builder(uri).tls(trusting(keys)).build()) {
                bridge.start("n", new BridgeRecorder());
                assertThat(bridge.state()).isEqualTo(BridgeState.UP);
                bridge.subscribe("r").toCompletableFuture().get(10, TimeUnit.SECONDS);
            }
            assertStartFails(RedisBridge.connect(uri), "certification path");
            assertStartFails(
                    RedisBridge.builder("rediss://127.0.0.1:" + port)
                            .tls(trusting(keys))
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

    /** A key for localhost, which signs itself. */
    private KeyStore keys() throws Exception {
        Path file = folder.resolve("keys.p12");
        String password = new String(PASSWORD);
        int status = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/keytool",
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        password)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        assertThat(status).as("keytool").isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(file)) {
            keys.load(stream, PASSWORD);
        }
        return keys;
    }

    private String pem(String kind, byte[] der) throws Exception {
        Path file = folder.resolve(kind.replace(' ', '-') + ".pem");
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
        return file.toString();
    }

    private static SSLContext trusting(KeyStore keys) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("redis", keys.getCertificate("redis"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
