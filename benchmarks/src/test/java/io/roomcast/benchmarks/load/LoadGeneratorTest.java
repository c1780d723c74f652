package io.roomcast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The generator's own WebSocket client against a server that says exactly what a test wants. */
class LoadGeneratorTest {

    private static final String SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private final List<String> heard = new ArrayList<>();
    private ServerSocket listening;

    @BeforeEach
    void listen() throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stopListening() throws IOException {
        listening.close();
    }

    @Test
    void framesThatComeInPiecesAreReadWhole() throws Exception {
        byte[] large = new byte[70_000];
        byte[] frames = join(
                frame(0x82, "one".getBytes(StandardCharsets.UTF_8)), frame(0x82, new byte[300]), frame(0x82, large));
        play(socket -> {
            upgrade(socket);
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < 20; i++) {
                out.write(frames, i, 1);
                out.flush();
            }
            out.write(frames, 20, frames.length - 20);
            socket.getInputStream().read();
        });

        try (LoadGenerator clients = generator()) {
            clients.connect(1, 1, "x");
            clients.runUntil("three messages", () -> heard.size() == 3);
        }
        assertThat(heard).containsExactly("3 bytes", "300 bytes", "70000 bytes");
    }

    @Test
    void aPingIsAnsweredWithItsBytesMasked() throws Exception {
        CompletableFuture<byte[]> answer = serve(socket -> {
            upgrade(socket);
            socket.getOutputStream().write(frame(0x89, new byte[] {7, 8}));
            byte[] pong = new byte[8];
            new DataInputStream(socket.getInputStream()).readFully(pong);
            socket.getOutputStream().write(frame(0x82, new byte[1]));
            return pong;
        });

        try (LoadGenerator clients = generator()) {
            clients.connect(1, 1, "x");
            clients.runUntil("the message after the ping", () -> !heard.isEmpty());
        }
        byte[] pong = answer.get(5, TimeUnit.SECONDS);
        assertThat(pong).startsWith(0x8a, 0x82);
        assertThat(pong[6] ^ pong[2]).isEqualTo(7);
        assertThat(pong[7] ^ pong[3]).isEqualTo(8);
    }

    @Test
    void aCloseOfTheServerMakesTheRunVoid() throws Exception {
        play(socket -> {
            upgrade(socket);
            socket.getOutputStream().write(frame(0x88, new byte[] {0x0f, (byte) 0xa4}));
            socket.getInputStream().read();
        });

        assertThatThrownBy(this::waitInVain)
                .isInstanceOf(VoidRunException.class)
                .hasMessageContaining("closed connection 0 with code 4004");
    }

    @Test
    void anEndWithoutACloseMakesTheRunVoid() throws Exception {
        play(LoadGeneratorTest::upgrade);

        assertThatThrownBy(this::waitInVain)
                .isInstanceOf(VoidRunException.class)
                .hasMessageContaining("connection 0");
    }

    @Test
    void aRefusedHandshakeMakesTheRunVoid() throws Exception {
        play(socket -> {
            readRequest(socket);
            socket.getOutputStream().write("HTTP/1.1 403 Forbidden\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read();
        });

        assertThatThrownBy(this::waitInVain)
                .isInstanceOf(VoidRunException.class)
                .hasMessage("connection 0 was not upgraded: HTTP/1.1 403 Forbidden");
    }

    @Test
    void aFragmentMakesTheRunVoid() throws Exception {
        play(socket -> {
            upgrade(socket);
            socket.getOutputStream().write(frame(0x02, new byte[1]));
            socket.getInputStream().read();
        });

        assertThatThrownBy(this::waitInVain).hasMessageContaining("begins with 0x2");
    }

    private void waitInVain() throws IOException, VoidRunException {
        try (LoadGenerator clients = generator()) {
            clients.connect(1, 1, "x");
            clients.runUntil("something that never comes", () -> false);
        }
    }

    private LoadGenerator generator() throws IOException {
        return new LoadGenerator(
                listening.getLocalPort(),
                new PlainDialect(),
                (connection, bytes, offset, length) -> heard.add(length + " bytes"),
                1);
    }

    private interface Script<T> {
        T play(Socket socket) throws IOException;
    }

    private interface Play {
        void on(Socket socket) throws IOException;
    }

    private void play(Play play) {
        serve(socket -> {
            play.on(socket);
            return true;
        });
    }

    private <T> CompletableFuture<T> serve(Script<T> script) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread server = new Thread(() -> {
            try (Socket socket = listening.accept()) {
                socket.setTcpNoDelay(true);
                result.complete(script.play(socket));
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        });
        server.setDaemon(true);
        server.start();
        return result;
    }

    private static void upgrade(Socket socket) throws IOException {
        readRequest(socket);
        socket.getOutputStream().write(SWITCHING.getBytes(StandardCharsets.US_ASCII));
    }

    private static void readRequest(Socket socket) throws IOException {
        BufferedReader request =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String line = request.readLine();
        while (line != null && !line.isEmpty()) {
            line = request.readLine();
        }
    }

    private static byte[] frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 10).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length < 65_536) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload).flip();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                List.of(parts).stream().mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
