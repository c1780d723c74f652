package io.roomcast.testkit.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A client against a server of this test that reads when the test says so. */
class ClientSocketTest {

    private static final long PATIENCE = 20_000_000_000L;
    private static final String RESPONSE =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: any\r\n\r\n";

    private final SocketLoop loop = new SocketLoop(System::nanoTime, 7, 1);

    @Test
    void whatTheKernelDoesNotTakeArrivesLaterWholeAndInOrder() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int most = 100_000;
        try (loop;
                ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            ClientSocket client = loop.connect(
                    Target.of("ws://127.0.0.1:" + server.getLocalPort()), SocketOptions.of("any"), new Listener());
            try (Socket accepted = server.accept()) {
                accepted.getOutputStream().write(RESPONSE.getBytes(StandardCharsets.US_ASCII));
                await("the upgrade", client::isOpen);
                int sent = 0;
                // Once the kernel takes no more, some that are made while others wait.
                for (int after = 0; after < 20; after += client.unwrittenBytes() > 0 ? 1 : 0) {
                    client.send(false, message(sent, sent % 3 == 0 ? most : random.nextInt(Integer.BYTES, 300)));
                    sent++;
                    turn();
                }
                DataInputStream in = new DataInputStream(accepted.getInputStream());
                skipRequest(in);
                for (int number = 0; number < sent; number++) {
                    ByteBuffer message = readMasked(in);
                    assertThat(message).as("message %s, seed %s", number, seed).isEqualTo(expected(number, message));
                }
                await("the client to be rid of it", () -> client.unwrittenBytes() == 0);
            }
        }
    }

    private static byte[] message(int number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (number + i);
        }
        ByteBuffer.wrap(bytes).putInt(number);
        return bytes;
    }

    private static ByteBuffer expected(int number, ByteBuffer like) {
        return ByteBuffer.wrap(message(number, like.remaining()));
    }

    private void turn() {
        loop.runUntil(() -> false, loop.nanos() + 100_000);
    }

    private void await(String what, BooleanSupplier condition) {
        assertThat(loop.runUntil(condition, loop.nanos() + PATIENCE)).as(what).isTrue();
    }

    private void awaitBytes(DataInputStream in) {
        await("bytes at the server", () -> {
            try {
                return in.available() > 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void skipRequest(DataInputStream in) throws IOException {
        int newlines = 0;
        while (newlines < 2) {
            int next = in.read();
            newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
        }
    }

    private int next(DataInputStream in) throws IOException {
        awaitBytes(in);
        return in.read();
    }

    /** Reads a frame, while the loop goes on writing. */
    private ByteBuffer readMasked(DataInputStream in) throws IOException {
        assertThat(next(in)).isEqualTo(0x82);
        int second = next(in);
        assertThat(second & 0x80).as("mask bit").isNotZero();
        int length = second & 0x7f;
        if (length >= 126) {
            int bytes = length == 126 ? 2 : 8;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | next(in);
            }
        }
        byte[] mask = new byte[4];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) next(in);
        }
        byte[] payload = new byte[length];
        for (int have = 0; have < length; ) {
            awaitBytes(in);
            have += in.read(payload, have, Math.min(in.available(), length - have));
        }
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return ByteBuffer.wrap(payload);
    }

    private static final class Listener implements ClientSocket.Listener {

        @Override
        public void onOpen(ClientSocket socket) {}

        @Override
        public void onMessage(ClientSocket socket, boolean text, ByteBuffer payload) {}

        @Override
        public void onEnded(ClientSocket socket, Ending ending) {}
    }
}
