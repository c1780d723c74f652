package io.roomcast.benchmarks.micro;

import io.roomcast.Limits;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.transport.websocket.ConnectionLimits;
import io.roomcast.runtime.transport.websocket.FrameException;
import io.roomcast.runtime.transport.websocket.FrameHandler;
import io.roomcast.runtime.transport.websocket.FrameReader;
import io.roomcast.runtime.transport.websocket.FrameWriter;
import io.roomcast.runtime.transport.websocket.Opcode;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Reading one masked frame of a client, in place, and writing the header of one to it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameBenchmark {

    @Param({"128", "4096"})
    private int payloadBytes;

    private final FrameReader reader = FrameReader.ofClient(ConnectionLimits.of(Limits.defaults()), System::nanoTime);
    private ByteBuffer pristine = ByteBuffer.allocate(0);
    private ByteBuffer frame = pristine;
    private ByteBuffer header = pristine;

    @Setup
    public void prepare() {
        pristine = ByteBuffer.allocateDirect(payloadBytes + 14);
        FrameWriter.putMaskedFrame(pristine, true, Opcode.BINARY, ByteBuffer.allocate(payloadBytes), 0x12345678);
        pristine.flip();
        frame = ByteBuffer.allocateDirect(pristine.capacity());
        header = ByteBuffer.allocateDirect(FrameWriter.MAX_HEADER);
    }

    /** The reader overwrites what it reads, so each call begins with a copy of the frame; it is part of the figure. */
    @Benchmark
    public boolean readMaskedFrame(Blackhole blackhole) throws FrameException {
        frame.clear().put(pristine.rewind()).flip();
        return reader.read(frame, new Sink(blackhole));
    }

    @Benchmark
    public ByteBuffer writeHeader() {
        header.clear();
        FrameWriter.putHeader(header, true, Opcode.BINARY, payloadBytes);
        return header;
    }

    private record Sink(Blackhole blackhole) implements FrameHandler {

        @Override
        public boolean onMessage(MessageType type, ByteBuffer payload) {
            blackhole.consume(payload.remaining());
            return true;
        }

        @Override
        public boolean onPing(ByteBuffer payload) {
            throw new IllegalStateException("ping");
        }

        @Override
        public boolean onPong(ByteBuffer payload) {
            throw new IllegalStateException("pong");
        }

        @Override
        public void onClose(int code, String reason) {
            throw new IllegalStateException("closed with " + code + " " + reason);
        }
    }
}
