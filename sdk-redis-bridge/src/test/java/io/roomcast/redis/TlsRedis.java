package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.redis.RedisBinary;
import io.roomcast.testkit.redis.RedisServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A Redis that can be reached with TLS and without, and what is needed to trust it. */
record TlsRedis(RedisServer server, int port, SSLContext trusting) implements AutoCloseable {

    private static final char[] PASSWORD = "not a secret".toCharArray();

    /** @param folder for its keys */
    static TlsRedis start(Path folder) throws Exception {
        KeyStore keys = keys(folder);
        int port = freePort();
        String certificate =
                pem(folder, "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        RedisServer server = RedisServer.builder()
                .binary(RedisBinary.INSTALLED)
                .setting("tls-port", String.valueOf(port))
                .setting("tls-cert-file", certificate)
                .setting(
                        "tls-key-file",
                        pem(
                                folder,
                                "PRIVATE KEY",
                                keys.getKey("redis", PASSWORD).getEncoded()))
                .setting("tls-ca-cert-file", certificate)
                .setting("tls-auth-clients", "no")
                .start();
        return new TlsRedis(server, port, trusting(keys));
    }

    String uri() {
        return "rediss://localhost:" + port;
    }

    @Override
    public void close() {
        server.close();
    }

    /** A key for localhost, which signs itself. */
    private static KeyStore keys(Path folder) throws Exception {
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

    private static String pem(Path folder, String kind, byte[] der) throws Exception {
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
