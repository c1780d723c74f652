package io.roomcast.runtime.transport.undertow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.runtime.transport.websocket.Opcode;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UndertowTransportTest {

    @Test
    void aMessageIsEchoed() throws Exception {
        try (EchoServer server = new EchoServer();
                RawClient client = RawClient.open(server.address())) {
            client.sendFrame(Opcode.TEXT, "grüße".getBytes(StandardCharsets.UTF_8));
            assertThat(client.readFrame().text()).isEqualTo("grüße");

            client.send(RawClient.close(1000));
            assertThat(client.readClose()).isEqualTo(1000);
            assertThat(server.closeCodes.poll(5, TimeUnit.SECONDS)).isEqualTo(1000);
            await("the slot is free again").until(() -> server.transport.connections() == 0);
        }
    }

    @Test
    void framesRightBehindTheHandshakeAreNotLost() throws Exception {
        try (EchoServer server = new EchoServer();
                RawClient client = RawClient.connect(server.address())) {
            byte[] frame = RawClient.frame(true, Opcode.TEXT, "early".getBytes(StandardCharsets.UTF_8));
            String head = RawClient.goodHandshake(server.address().getPort());
            client.send(head + new String(frame, StandardCharsets.ISO_8859_1));
            assertThat(client.readHead()).startsWith("HTTP/1.1 101");
            assertThat(client.readFrame().text()).isEqualTo("early");

            client.sendFrame(Opcode.TEXT, "later".getBytes(StandardCharsets.UTF_8));
            assertThat(client.readFrame().text()).isEqualTo("later");
        }
    }

    @Test
    void anUnmaskedFrameIsRefused() throws Exception {
        try (EchoServer server = new EchoServer()) {
            try (RawClient client = RawClient.open(server.address())) {
                client.send(new byte[] {(byte) 0x81, 1, 'x'});
                assertThat(client.readClose()).isEqualTo(1002);
            }
            assertThat(server.closeCodes.poll(5, TimeUnit.SECONDS)).isEqualTo(1002);
        }
    }
}
