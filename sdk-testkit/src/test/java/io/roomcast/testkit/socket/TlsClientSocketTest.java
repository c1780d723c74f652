package io.roomcast.testkit.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.tls.TestCertificate;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client against a TLS server of this test, which has a thread of its own. */
class TlsClientSocketTest {

    private static final long PATIENCE = 20_000_000_000L;
    private static final byte[] RESPONSE =
            ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: any\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME = 1000;
    private static final int FRAMES = 200;

    private final SocketLoop loop = new SocketLoop(System::nanoTime, 7, 1);
    private final List<byte[]> heard = new ArrayList<>();
    private final List<Ending> endings = new ArrayList<>();
    private SSLContext context;
    private SSLServerSocket server;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        context = TestCertificate.context(folder);
        server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
    }

    @AfterEach
    void stop() throws IOException {
        loop.close();
        server.close();
    }

    @Test
    void whatTheKernelDoesNotTakeArrivesLaterWholeAndInOrder() {
        int messages = 60;
        int length = 100_000;
        CountDownLatch mayRead = new CountDownLatch(1);
        CompletableFuture<Void> served = serve((in, out) -> {
            mayRead.await();
            for (int number = 0; number < messages; number++) {
                assertThat(in.read()).isEqualTo(0x82);
                assertThat(in.read()).isEqualTo(0x80 | 127);
                assertThat(in.readLong()).isEqualTo(length);
                byte[] mask = in.readNBytes(4);
                byte[] payload = in.readNBytes(length);
                for (int i = 0; i < length; i++) {
                    payload[i] ^= mask[i & 3];
                }
                assertThat(payload).as("message %s", number).isEqualTo(message(number, length));
            }
        });
        ClientSocket client = connect();
        for (int number = 0; number < messages; number++) {
            client.send(false, message(number, length));
            loop.runUntil(() -> false, loop.nanos() + 100_000);
        }
        assertThat(client.unwrittenBytes()).isPositive();
        mayRead.countDown();
        await("the server to have read it", served::isDone);
        served.join();
        assertThat(client.unwrittenBytes()).isZero();
    }

    @Test
    void whoReadsInBitesLosesNothing() {
        CountDownLatch done = new CountDownLatch(1);
        CompletableFuture<Void> served = serve((in, out) -> {
            writeFrames(out);
            done.await();
        });
        ClientSocket client = connect();
        client.read(false);
        int before = heard.size();
        loop.runUntil(() -> false, loop.nanos() + 20_000_000);
        assertThat(heard).hasSize(before);
        for (int bite = 0; heard.size() < FRAMES; bite++) {
            assertThat(bite).as("bites for %s frames", heard.size()).isLessThan(3 * FRAMES * FRAME / 700);
            client.readOnce(700);
            loop.runUntil(() -> false, loop.nanos() + 100_000);
        }
        for (int number = 0; number < FRAMES; number++) {
            assertThat(heard.get(number)).isEqualTo(message(number, FRAME));
        }
        done.countDown();
        await("the server to end", served::isDone);
        served.join();
    }

    @Test
    void aConnectionThatIsCutIsGoneForTheServerToo() {
        CompletableFuture<Integer> last = new CompletableFuture<>();
        CompletableFuture<Void> served = serve((in, out) -> last.complete(in.read()));
        connect().cut();
        await("the server to notice", served::isDone);
        assertThat(last).isCompletedWithValue(-1);
        assertThat(endings).extracting(Ending::kind).containsExactly(Ending.Kind.OURS);
    }

    @Test
    void aServerThatCutsIsTold() {
        serve((in, out) -> {});
        connect();
        await("the end", () -> !endings.isEmpty());
        assertThat(endings).extracting(Ending::kind).containsExactly(Ending.Kind.BROKEN);
        assertThat(endings.get(0).reason()).contains("without a close frame");
    }

    private static void writeFrames(OutputStream out) throws IOException {
        ByteBuffer frames = ByteBuffer.allocate(FRAMES * (FRAME + 4));
        for (int number = 0; number < FRAMES; number++) {
            frames.put((byte) 0x82).put((byte) 126).putShort((short) FRAME).put(message(number, FRAME));
        }
        out.write(frames.array());
        out.flush();
    }

    private static byte[] message(int number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (number + i);
        }
        ByteBuffer.wrap(bytes).putInt(number);
        return bytes;
    }

    private ClientSocket connect() {
        ClientSocket client = loop.connect(
                Target.of("wss://127.0.0.1:" + server.getLocalPort(), Trust.in(context)),
                SocketOptions.of("any"),
                new Listener());
        await("the upgrade", () -> client.isOpen() || !endings.isEmpty());
        return client;
    }

    /** What the server does once it has accepted the upgrade. */
    private interface Service {
        void serve(DataInputStream in, OutputStream out) throws IOException, InterruptedException;
    }

    private CompletableFuture<Void> serve(Service service) {
        return CompletableFuture.runAsync(() -> {
            try (SSLSocket accepted = (SSLSocket) server.accept()) {
                DataInputStream in = new DataInputStream(accepted.getInputStream());
                int newlines = 0;
                while (newlines < 2) {
                    int next = in.read();
                    newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
                }
                accepted.getOutputStream().write(RESPONSE);
                service.serve(in, accepted.getOutputStream());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void await(String what, BooleanSupplier condition) {
        assertThat(loop.runUntil(condition, loop.nanos() + PATIENCE)).as(what).isTrue();
    }

    private final class Listener implements ClientSocket.Listener {

        @Override
        public void onOpen(ClientSocket socket) {}

        @Override
        public void onMessage(ClientSocket socket, boolean text, ByteBuffer payload) {
            heard.add(FrameReader.bytes(payload));
        }

        @Override
        public void onEnded(ClientSocket socket, Ending ending) {
            endings.add(ending);
        }
    }
}
