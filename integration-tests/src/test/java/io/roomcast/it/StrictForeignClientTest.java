package io.roomcast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Limits;
import io.roomcast.it.requirement.RequiresNode;
import io.roomcast.runtime.transport.undertow.UndertowSettings;
import io.roomcast.runtime.transport.undertow.UndertowTransport;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Node's {@code ws}, which forgives nothing, against the transport; the checks are in {@code strict-client.mjs}. */
@RequiresNode
class StrictForeignClientTest {

    private static final int LIMIT = 4 * 1024 * 1024;
    private static final int CHECKS = 13;

    @TempDir
    Path folder;

    @BeforeAll
    static void install() throws Exception {
        NodeProgram.install();
    }

    @Test
    void aStrictClientFindsNoFault() throws Exception {
        UndertowSettings settings =
                settings().listen(new InetSocketAddress("127.0.0.1", 0)).build();
        check(settings, "ws", "");
    }

    @Test
    void aStrictClientFindsNoFaultOverTls() throws Exception {
        TestCertificate certificate = TestCertificate.make(folder);
        UndertowSettings settings = settings()
                .listenTls(new InetSocketAddress("127.0.0.1", 0), certificate.serverContext())
                .build();
        check(settings, "wss", certificate.writePem(folder).toString());
    }

    private static UndertowSettings.Builder settings() {
        return UndertowSettings.builder()
                .subprotocols("echo")
                .ioThreads(2)
                .limits(Limits.builder()
                        .maxMessageBytes(LIMIT)
                        .outboundBytesPerPeer(2 * LIMIT)
                        .build());
    }

    private static void check(UndertowSettings settings, String scheme, String certificate) throws Exception {
        UndertowTransport transport = UndertowTransport.listening(settings);
        try {
            EchoAcceptor acceptor = new EchoAcceptor();
            transport.start(acceptor);
            String url = scheme + "://127.0.0.1:" + transport.addresses().get(0).getPort() + "/roomcast";
            NodeProgram.Result result = NodeProgram.run("strict-client.mjs", url, Integer.toString(LIMIT), certificate);
            System.out.println(result.output());
            assertThat(result.exitCode()).as(result.output()).isZero();
            assertThat(result.output().lines().filter(line -> line.startsWith("ok ")))
                    .hasSize(CHECKS);
        } finally {
            transport.close().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        assertThat(transport.connections()).as("connections left").isZero();
    }
}
