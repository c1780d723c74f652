package io.roomcast.runtime.transport.undertow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.runtime.transport.websocket.Opcode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of clients that break the rules: each gets its answer, none leaves anything behind, nobody else notices. */
@Timeout(180)
class BadClientsTest {

    private static final int TIMES = 300;

    private static EchoServer server;
    private static RawClient bystander;
    private static long descriptors;

    @BeforeAll
    static void start() throws Exception {
        server = new EchoServer();
        bystander = RawClient.open(server.address());
        RawClient.open(server.address()).reset();
        await("only the bystander is left").until(() -> server.transport.connections() == 1);
        descriptors = OpenFiles.canBeCounted() ? OpenFiles.count() : 0;
    }

    @AfterAll
    static void stop() throws Exception {
        bystander.close();
        server.close();
    }

    @BeforeEach
    void canCount() {
        assumeThat(OpenFiles.canBeCounted()).as("/proc/self/fd is there").isTrue();
    }

    @Test
    void badHandshakesGetTheirStatusAndLeaveNothing() throws Exception {
        String good = RawClient.goodHandshake(server.address().getPort());
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put(good.replace("GET ", "POST "), "405");
        bad.put(good.replace("HTTP/1.1", "HTTP/1.0"), "400");
        bad.put(good.replace("Upgrade: websocket\r\n", ""), "400");
        bad.put("GET /roomcast HTTP/1.1\r\nHost: a\r\n\r\n", "426");
        bad.put(good.replace("Upgrade: websocket", "Upgrade: banana"), "400");
        bad.put(good.replace("Connection: Upgrade", "Connection: close"), "400");
        bad.put(good.replace("Version: 13", "Version: 8"), "426");
        bad.put(good.replaceFirst("Sec-WebSocket-Key: .*?\r\n", ""), "400");
        bad.put(good.replace("dGhlIHNhbXBsZSBub25jZQ==", "x"), "400");
        bad.put(good.replaceFirst("Origin: .*?\r\n", ""), "403");
        bad.put(good.replaceFirst("Origin: .*?\r\n", "Origin: https://evil.example\r\n"), "403");
        bad.put(good.replace("Protocol: echo", "Protocol: soap"), "400");
        bad.put(good.replace("\r\n\r\n", "\r\nContent-Length: 5\r\n\r\nhello"), "400");
        bad.put(good.replaceFirst("Host: .*?\r\n", "$0$0"), "400");
        bad.put("\u0016\u0003\u0001\r\n\r\n", "400");
        bad.put("GET / SPDY/9\r\n\r\n", "400");
        for (Map.Entry<String, String> handshake : bad.entrySet()) {
            for (int i = 0; i < TIMES; i++) {
                try (RawClient client = RawClient.connect(server.address())) {
                    client.send(handshake.getKey());
                    assertThat(client.readHead())
                            .as(handshake.getKey())
                            .matches("(?s)HTTP/1.[01] " + handshake.getValue() + " .*");
                }
            }
        }
        nothingIsLeft();
    }

    @Test
    void handshakesThatBreakOffLeaveNothing() throws Exception {
        String good = RawClient.goodHandshake(server.address().getPort());
        for (int i = 0; i < TIMES; i++) {
            RawClient client = RawClient.connect(server.address());
            client.send(good.substring(0, i % good.length()));
            if (i % 2 == 0) {
                client.close();
            } else {
                client.reset();
            }
            // Gone before, while or after the answer is written.
            RawClient hasty = RawClient.connect(server.address());
            hasty.send(good);
            hasty.reset();
        }
        nothingIsLeft();
    }

    @Test
    void badFramesGetTheirCodeAndLeaveNothing() throws Exception {
        Map<String, Integer> bad = new LinkedHashMap<>();
        bad.put("8101ff", 1002); // not masked
        bad.put("c18000000000", 1002); // RSV1
        bad.put("838000000000", 1002); // reserved opcode
        bad.put("098000000000", 1002); // fragmented ping
        bad.put("82ff80000000000000017f7f7f7f", 1002); // the 19 bytes that Undertow's own reader waits for without end
        bad.put("82ff000000000100000000000000", 1009); // 16 MiB
        bad.put("818200000000c328", 1007); // bad UTF-8
        bad.put("88820000000003ed", 1002); // CLOSE 1005
        bad.put("898000000000".repeat(50), 4003); // too many pings
        for (Map.Entry<String, Integer> frame : bad.entrySet()) {
            for (int i = 0; i < TIMES; i++) {
                try (RawClient client = RawClient.open(server.address())) {
                    client.send(HexFormat.of().parseHex(frame.getKey()));
                    assertThat(client.readClose()).as(frame.getKey()).isEqualTo(frame.getValue());
                }
            }
        }
        nothingIsLeft();
    }

    @Test
    void framesThatBreakOffLeaveNothing() throws Exception {
        byte[] frame = RawClient.frame(true, Opcode.BINARY, new byte[3000]);
        for (int i = 0; i < TIMES; i++) {
            RawClient client = RawClient.open(server.address());
            client.send(Arrays.copyOf(frame, 1 + i * 7 % (frame.length - 1)));
            switch (i % 3) {
                case 0 -> client.close();
                case 1 -> client.reset();
                default -> {
                    client.socket.shutdownOutput();
                    assertThat(client.isAtEnd()).isTrue();
                    client.close();
                }
            }
        }
        nothingIsLeft();
    }

    private static void nothingIsLeft() throws Exception {
        await("only the bystander is left")
                .atMost(Duration.ofSeconds(20))
                .until(() -> server.transport.connections() == 1 && server.opened.get() == server.closed.get() + 1);
        await("all descriptors are closed")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(OpenFiles.count()).isLessThanOrEqualTo(descriptors + 3));
        bystander.sendFrame(Opcode.TEXT, "unharmed".getBytes(StandardCharsets.UTF_8));
        assertThat(bystander.readFrame().text()).isEqualTo("unharmed");
    }
}
