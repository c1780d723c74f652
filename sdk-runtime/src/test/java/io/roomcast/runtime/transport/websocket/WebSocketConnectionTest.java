package io.roomcast.runtime.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.roomcast.runtime.environment.RateLimit;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.ConnectionListener;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.transport.TransportObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WebSocketConnectionTest {

    private static final int STAGING = 1024;
    private static final int WRITE_TIMEOUT = 200;
    private static final int CLOSE_TIMEOUT = 50;
    private static final ConnectionLimits LIMITS = new ConnectionLimits(
            70_000, 100, new RateLimit(20, TimeUnit.SECONDS.toNanos(1)), WRITE_TIMEOUT, CLOSE_TIMEOUT);

    private final ManualClock clock = new ManualClock();
    private final FakeLoop loop = new FakeLoop(clock);
    private final FakeStream stream = new FakeStream(loop);
    private final List<Throwable> failures = new ArrayList<>();
    private final WebSocketConnection connection =
            new WebSocketConnection(stream, ByteBuffer.allocateDirect(STAGING), LIMITS, clock, new TransportObserver() {
                @Override
                public void listenerFailed(Throwable failure) {
                    failures.add(failure);
                }
            });
    private final Listener listener = new Listener();

    WebSocketConnectionTest() {
        connection.listen(listener);
    }

    // Every way to the end.

    static Stream<Arguments> ends() {
        return Stream.of(
                end("EOF", 1006, t -> t.connection.endOfInput()),
                end("EOF inside a frame", 1006, t -> {
                    t.receive(Arrays.copyOf(frame(Opcode.BINARY, "0123456789"), 9));
                    t.connection.endOfInput();
                }),
                end("a broken stream", 1006, t -> t.connection.broken("reset")),
                end("abort", 1006, t -> t.connection.abort()),
                end("a write that fails", 1006, t -> {
                    t.stream.failure = new IOException("pipe");
                    t.write("x");
                }),
                end("a pong that fails", 1006, t -> {
                    t.stream.failure = new IOException("pipe");
                    t.receive(frame(Opcode.PING, ""));
                }),
                end("a waiting write that fails", 1006, t -> {
                    t.stream.room = 1;
                    t.write("x");
                    t.stream.failure = new IOException("pipe");
                    t.connection.writable();
                }),
                end("the client's CLOSE", 4242, t -> t.receive(closeFrame(4242))),
                end("the client's CLOSE without a code", 1005, t -> t.receive(frame(Opcode.CLOSE, ""))),
                end("our CLOSE, answered", 4001, t -> {
                    t.connection.close(4001, "bye");
                    t.receive(closeFrame(1000));
                }),
                end("our CLOSE, then EOF", 4001, t -> {
                    t.connection.close(4001, "bye");
                    t.connection.endOfInput();
                }),
                end("our CLOSE, never answered", 4001, t -> {
                    t.connection.close(4001, "bye");
                    t.loop.passMillis(CLOSE_TIMEOUT + 1);
                }),
                end("our CLOSE, answered by nonsense, then EOF", 4001, t -> {
                    t.connection.close(4001, "bye");
                    t.receive(new byte[] {(byte) 0xFF, 0});
                    t.connection.endOfInput();
                }),
                end("our CLOSE, which cannot be sent", 4001, t -> {
                    t.stream.room = 0;
                    t.connection.close(4001, "bye");
                    t.loop.passMillis(CLOSE_TIMEOUT + 1);
                }),
                end("our CLOSE on a broken stream", 4001, t -> {
                    t.stream.failure = new IOException("pipe");
                    t.connection.close(4001, "bye");
                }),
                end("both CLOSE at once", 4001, t -> {
                    t.stream.room = 0;
                    t.connection.close(4001, "bye");
                    t.receive(closeFrame(1000));
                    t.stream.room = 1000;
                    t.connection.writable();
                }),
                end("the client's CLOSE, which we cannot answer", 1000, t -> {
                    t.stream.room = 0;
                    t.receive(closeFrame(1000));
                    t.connection.endOfInput();
                    t.loop.passMillis(CLOSE_TIMEOUT + 1);
                }),
                end("a broken frame, then EOF", 1002, t -> {
                    t.receive(new byte[] {(byte) 0xFF, 0});
                    t.connection.endOfInput();
                }),
                end("a broken frame, then silence", 1002, t -> {
                    t.receive(new byte[] {(byte) 0xFF, 0});
                    t.loop.passMillis(CLOSE_TIMEOUT + 1);
                }),
                end("a broken frame, then more and more", 1002, t -> {
                    t.receive(new byte[] {(byte) 0xFF, 0});
                    for (int i = 0; i <= CLOSE_TIMEOUT; i++) {
                        t.receive(new byte[100]);
                        t.loop.passMillis(1);
                    }
                }),
                end("a client that takes nothing", 4005, t -> {
                    t.stream.room = 3;
                    t.write("hello");
                    t.loop.passMillis(WRITE_TIMEOUT + 1);
                }),
                end("a listener that fails, answered", 1011, t -> {
                    t.listener.onMessage = text -> {
                        throw new IllegalStateException("on purpose");
                    };
                    t.receive(frame(Opcode.TEXT, "x"));
                    t.receive(closeFrame(1011));
                }),
                end("abort from within a message", 1006, t -> {
                    t.listener.onMessage = text -> t.connection.abort();
                    t.receive(FrameReaderTest.join(frame(Opcode.TEXT, "x"), frame(Opcode.TEXT, "y")));
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ends")
    void everyEndIsToldExactlyOnceAndLeavesNothing(String how, int code, Consumer<WebSocketConnectionTest> end) {
        end.accept(this);
        loop.endTurn();
        assertThat(listener.closed).as(how).hasSize(1);
        assertThat(listener.closed.get(0)).startsWith(code + " ");

        // Whatever comes after it changes nothing.
        int events = listener.events.size();
        stream.failure = null;
        connection.endOfInput();
        connection.broken("again");
        connection.writable();
        receive(frame(Opcode.TEXT, "late"));
        connection.abort();
        connection.close(1000, "late");
        connection.ping();
        connection.pauseReads();
        connection.resumeReads();
        assertThat(write("late")).isFalse();
        loop.passMillis(2 * (WRITE_TIMEOUT + CLOSE_TIMEOUT));
        assertThat(listener.closed).hasSize(1);
        assertThat(listener.events).hasSize(events);
        assertThat(stream.closes).isEqualTo(1);
        assertThat(loop.wheel.size()).as("timers left").isZero();
        assertThat(connection.isOpen()).isFalse();
        assertThat(connection.isWritable()).isFalse();
        assertThat(connection.unsentBytes()).isZero();
    }

    @Test
    void theEndIsNotToldFromWithinAnotherCall() {
        stream.failure = new IOException("pipe");
        write("x");
        assertThat(connection.isOpen()).isFalse();
        assertThat(listener.closed).isEmpty();
        loop.endTurn();
        assertThat(listener.closed).containsExactly("1006 pipe");
    }

    // Closing.

    @Test
    void anErrorIsToldBeforeTheEndAndWhatFollowsIsDiscarded() {
        receive(new byte[] {(byte) 0x81, 1, 'x'});
        assertThat(sent()).containsExactly("close 1002 a frame is not masked");
        assertThat(stream.writesShutDown).isTrue();
        assertThat(stream.closes)
                .as("still reading, so that no RST overtakes the CLOSE")
                .isZero();
        receive(frame(Opcode.TEXT, "ignored"));
        assertThat(listener.events).isEmpty();
        connection.endOfInput();
        assertThat(listener.closed).containsExactly("1002 a frame is not masked");
    }

    @Test
    void aCloseOfTheClientIsAnsweredWithItsCodeAndEndsTheStream() {
        receive(closeFrame(4242));
        assertThat(sent()).containsExactly("close 4242 ");
        assertThat(stream.writesShutDown).isTrue();
        assertThat(stream.closes).isEqualTo(1);
    }

    @Test
    void aCloseWithoutACodeIsAnsweredWithoutOne() {
        receive(frame(Opcode.CLOSE, ""));
        assertThat(stream.taken.toByteArray()).containsExactly(0x88, 0);
    }

    @Test
    void afterACloseNothingIsDeliveredButTheAnswerIsStillFound() {
        connection.close(4001, "bye");
        receive(FrameReaderTest.join(frame(Opcode.TEXT, "late"), closeFrame(4001)));
        loop.endTurn();
        assertThat(listener.events).isEmpty();
        assertThat(listener.closed).containsExactly("4001 bye");
    }

    @Test
    void aCloseWaitsForTheMessageThatWasTaken() {
        stream.room = 4;
        write("hello");
        connection.close(4001, "bye");
        stream.room = 1000;
        connection.writable();
        assertThat(sent()).containsExactly("text 68656c6c6f", "close 4001 bye");
    }

    @Test
    void aReasonThatIsTooLongIsCutAtACharacter() {
        connection.close(4001, "ü".repeat(100));
        assertThat(sent()).containsExactly("close 4001 " + "ü".repeat(61));
    }

    @Test
    void aCodeThatMustNotBeSentIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> connection.close(1006, ""))
                .withMessageStartingWith("code is 1006");
    }

    @Test
    void closingUndoesAPause() {
        connection.pauseReads();
        assertThat(stream.readsResumed).isFalse();
        connection.close(4001, "bye");
        assertThat(stream.readsResumed).isTrue();
    }

    @Test
    void aListenerThatFailsIsClosedWith1011AndReported() {
        listener.onMessage = text -> {
            throw new IllegalStateException("on purpose");
        };
        receive(FrameReaderTest.join(frame(Opcode.TEXT, "one"), frame(Opcode.TEXT, "two")));
        assertThat(listener.events).containsExactly("one");
        assertThat(sent()).containsExactly("close 1011 internal error");
        assertThat(failures).hasSize(1);
    }

    @Test
    void aListenerThatFailsInOnWritableOrOnClosedIsReportedToo() {
        listener.onWritable = () -> {
            throw new IllegalStateException("on purpose");
        };
        stream.room = 1;
        write("x");
        stream.room = 1000;
        connection.writable();
        assertThat(failures).hasSize(1);
        listener.onClosed = () -> {
            throw new IllegalStateException("on purpose");
        };
        connection.broken("x");
        assertThat(failures).hasSize(2);
    }

    // Writing.

    @Test
    void aSmallMessageIsOneWrite() {
        assertThat(connection.write(MessageType.BINARY, chunks("ab", "", "cde"), 0, 3, 5))
                .isTrue();
        assertThat(stream.writes).isEqualTo(1);
        assertThat(sent()).containsExactly("binary 6162636465");
    }

    @Test
    void aSliceOfTheArrayIsWritten() {
        connection.write(MessageType.TEXT, chunks("a", "b", "c", "d"), 1, 3, 2);
        assertThat(sent()).containsExactly("text 6263");
    }

    @Test
    void aWrongSizeIsRefusedBeforeAnythingIsSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> connection.write(MessageType.TEXT, chunks("abc"), 0, 1, 2))
                .withMessage("size is 2, expected the sum of the chunks, 3");
        assertThat(stream.taken.size()).isZero();
    }

    @Test
    void writingWhileSomethingWaitsIsRefused() {
        stream.room = 1;
        assertThat(write("hello")).isFalse();
        assertThat(connection.unsentBytes()).isEqualTo(6);
        assertThatIllegalStateException().isThrownBy(() -> write("x")).withMessageContaining("6 bytes");
    }

    @Test
    void theCallersArrayIsItsOwnAgainWhileTheRestWaits() {
        stream.room = 3;
        Chunk[] chunks = chunks("hello ", "world");
        connection.write(MessageType.TEXT, chunks, 0, 2, 11);
        Arrays.fill(chunks, Chunk.of(new byte[0]));
        stream.room = 1000;
        connection.writable();
        assertThat(sent()).containsExactly("text " + NaiveReader.hex("hello world".getBytes(StandardCharsets.UTF_8)));
        assertThat(listener.events).containsExactly("writable");
        assertThat(stream.writesResumed).isFalse();
    }

    @Test
    void bytesThatTheStreamKeepsItselfCountAsWaiting() {
        stream.flushes = false;
        assertThat(write("hello")).isFalse();
        assertThat(connection.isWritable()).isFalse();
        connection.writable();
        assertThat(listener.events).isEmpty();
        stream.flushes = true;
        connection.writable();
        assertThat(listener.events).containsExactly("writable");
    }

    /** Messages below and above the staging buffer, through a stream that takes a few bytes at a time, pings in between. */
    @Test
    void whateverTheStreamTakesTheFramesStayWhole() {
        long seed = new Random().nextLong();
        System.out.println("whateverTheStreamTakesTheFramesStayWhole: seed " + seed);
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < 2000; round++) {
            if (connection.isWritable() && random.nextInt(3) == 0) {
                Chunk[] chunks = new Chunk[random.nextInt(6)];
                byte[] all = new byte[0];
                for (int i = 0; i < chunks.length; i++) {
                    byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 3000 : 200)];
                    random.nextBytes(bytes);
                    chunks[i] = Chunk.of(bytes);
                    all = FrameReaderTest.join(all, bytes);
                }
                expected.add("binary " + NaiveReader.hex(all));
                connection.write(MessageType.BINARY, chunks, 0, chunks.length, all.length);
            }
            if (random.nextInt(10) == 0) {
                connection.ping();
            }
            stream.room = random.nextInt(random.nextInt(4) == 0 ? 2000 : 20);
            if (stream.writesResumed) {
                connection.writable();
            }
        }
        stream.room = Integer.MAX_VALUE;
        if (stream.writesResumed) {
            connection.writable();
        }
        List<String> sent = new ArrayList<>(sent());
        assertThat(sent).contains("ping ");
        sent.removeIf(event -> event.equals("ping "));
        assertThat(sent).isEqualTo(expected);
        assertThat(connection.unsentBytes()).isZero();
    }

    @Test
    void aLargeMessageGoesOutInPiecesOfTheStagingBuffer() {
        byte[] large = new byte[10 * STAGING];
        assertThat(connection.write(MessageType.BINARY, new Chunk[] {Chunk.of(large)}, 0, 1, large.length))
                .isTrue();
        assertThat(stream.writes).isEqualTo(11);
        assertThat(sent()).containsExactly("binary " + NaiveReader.hex(large));
    }

    @Test
    void aSlowClientThatTakesALittleIsNotCut() {
        byte[] large = new byte[10 * STAGING];
        stream.room = 0;
        connection.write(MessageType.BINARY, new Chunk[] {Chunk.of(large)}, 0, 1, large.length);
        for (int i = 0; i < 10; i++) {
            loop.passMillis(WRITE_TIMEOUT - 10);
            stream.room = 1;
            connection.writable();
        }
        assertThat(connection.isOpen()).isTrue();
        loop.passMillis(WRITE_TIMEOUT + 1);
        assertThat(listener.closed).hasSize(1);
    }

    // Control frames.

    @Test
    void aPingIsAnsweredWithItsPayload() {
        receive(FrameReaderTest.join(frame(Opcode.PING, "one"), frame(Opcode.PING, "two")));
        assertThat(sent()).containsExactly("pong 6f6e65", "pong 74776f");
    }

    @Test
    void ofPingsThatCouldNotBeAnsweredTheLastIsAnswered() {
        stream.room = 3;
        write("hello");
        receive(FrameReaderTest.join(frame(Opcode.PING, "1"), frame(Opcode.PING, "2")));
        connection.ping();
        connection.ping();
        stream.room = 1000;
        connection.writable();
        assertThat(sent()).containsExactly("text 68656c6c6f", "pong 32", "ping ");
    }

    @Test
    void controlFramesGoPastAMessageThatHasNotBegun() {
        stream.room = 0;
        write("hello");
        connection.ping();
        stream.room = 1000;
        connection.writable();
        assertThat(sent()).containsExactly("ping ", "text 68656c6c6f");
    }

    @Test
    void aControlFrameThatIsCutIsFinishedFirst() {
        stream.room = 1;
        connection.ping();
        assertThat(connection.isWritable()).isFalse();
        assertThat(connection.unsentBytes()).isEqualTo(1);
        stream.room = 1000;
        connection.writable();
        assertThat(sent()).containsExactly("ping ");
        assertThat(listener.events).containsExactly("writable");
    }

    @Test
    void aPongIsTakenForASignOfLife() {
        long before = connection.lastReceivedNanos();
        clock.passMillis(5);
        receive(frame(Opcode.PONG, ""));
        assertThat(connection.lastReceivedNanos() - before).isEqualTo(5_000_000);
        assertThat(listener.events).isEmpty();
    }

    @Test
    void aMessageIsDelivered() {
        receive(frame(Opcode.TEXT, "hello"));
        assertThat(listener.events).containsExactly("hello");
    }

    private boolean write(String text) {
        Chunk[] chunks = chunks(text);
        return connection.write(MessageType.TEXT, chunks, 0, 1, chunks[0].size());
    }

    private void receive(byte[] bytes) {
        connection.received(ByteBuffer.wrap(bytes.clone()));
    }

    private List<String> sent() {
        Recorder recorder = new Recorder();
        ConnectionLimits wide =
                new ConnectionLimits(1 << 20, 100, new RateLimit(1000, TimeUnit.SECONDS.toNanos(1)), 1, 1);
        try {
            FrameReader.ofServer(wide, clock).read(ByteBuffer.wrap(stream.taken.toByteArray()), recorder);
        } catch (FrameException e) {
            recorder.events.add("error " + e.reason());
        }
        return recorder.events;
    }

    private static Chunk[] chunks(String... texts) {
        return Arrays.stream(texts)
                .map(text -> Chunk.of(text.getBytes(StandardCharsets.UTF_8)))
                .toArray(Chunk[]::new);
    }

    private static byte[] frame(int opcode, String payload) {
        return FrameReaderTest.frame(true, opcode, payload.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] closeFrame(int code) {
        return FrameReaderTest.frame(true, Opcode.CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
    }

    private static Arguments end(String how, int code, Consumer<WebSocketConnectionTest> end) {
        return Arguments.of(how, code, end);
    }

    private static final class Listener implements ConnectionListener {

        final List<String> events = new ArrayList<>();
        final List<String> closed = new ArrayList<>();
        Consumer<String> onMessage = text -> {};
        Runnable onWritable = () -> {};
        Runnable onClosed = () -> {};

        @Override
        public void onMessage(MessageType type, ByteBuffer payload) {
            String text = StandardCharsets.UTF_8.decode(payload).toString();
            events.add(text);
            onMessage.accept(text);
        }

        @Override
        public void onWritable() {
            events.add("writable");
            onWritable.run();
        }

        @Override
        public void onClosed(int code, String reason) {
            closed.add(code + " " + reason);
            onClosed.run();
        }
    }
}
