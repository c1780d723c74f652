package io.roomcast.benchmarks.micro;

import io.roomcast.Message;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.wire.ClientFrames;
import io.roomcast.runtime.wire.HelloFrame;
import io.roomcast.runtime.wire.RecoveryPoint;
import io.roomcast.runtime.wire.RoomKey;
import io.roomcast.runtime.wire.WireException;
import io.roomcast.runtime.wire.WireFormat;
import io.roomcast.runtime.wire.WireFormats;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Encoding and decoding one message of 128 bytes: on a route, with its header spelled out, and in JSON. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WireBenchmark {

    private static final int ROUTE = 5;
    private static final RoomKey ROOM = new RoomKey(3, "chat/jazz");

    private final WireFormat protobuf = format("roomcast.v1.protobuf");
    private final WireFormat json = format("roomcast.v1.json");
    private final Message message = Message.of("say", text());
    private final ByteBuffer routed = protobuf.data(ROUTE, message).asBuffer();
    private final ByteBuffer spelledOut = protobuf.message(ROOM, null, message).asBuffer();
    private final ByteBuffer jsonLine = json.message(ROOM, null, message).asBuffer();

    private static WireFormat format(String subprotocol) {
        return WireFormats.of(subprotocol).orElseThrow();
    }

    private static byte[] text() {
        byte[] payload = new byte[128];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) random.nextInt('a', 'z' + 1);
        }
        return payload;
    }

    @Benchmark
    public Chunk encodeRouted() {
        return protobuf.data(ROUTE, message);
    }

    @Benchmark
    public Chunk encodeSpelledOut() {
        return protobuf.message(ROOM, null, message);
    }

    @Benchmark
    public Chunk encodeJson() {
        return json.message(ROOM, null, message);
    }

    @Benchmark
    public void decodeRouted(Blackhole blackhole) throws WireException {
        protobuf.read(routed.rewind(), new Sink(blackhole));
    }

    @Benchmark
    public void decodeSpelledOut(Blackhole blackhole) throws WireException {
        protobuf.read(spelledOut.rewind(), new Sink(blackhole));
    }

    @Benchmark
    public void decodeJson(Blackhole blackhole) throws WireException {
        json.read(jsonLine.rewind(), new Sink(blackhole));
    }

    private record Sink(Blackhole blackhole) implements ClientFrames {

        @Override
        public void hello(HelloFrame hello) {
            throw new IllegalStateException("hello");
        }

        @Override
        public void ack(long received) {
            throw new IllegalStateException("ack");
        }

        @Override
        public void join(String room, int ref, ByteBuffer payload, @Nullable RecoveryPoint recover) {
            throw new IllegalStateException("join");
        }

        @Override
        public void leave(int number, @Nullable String name, int ref) {
            throw new IllegalStateException("leave");
        }

        @Override
        public void message(int number, @Nullable String name, String event, @Nullable String to, ByteBuffer payload) {
            blackhole.consume(event);
            blackhole.consume(payload.remaining());
        }

        @Override
        public void data(int route, ByteBuffer payload) {
            blackhole.consume(route);
            blackhole.consume(payload.remaining());
        }

        @Override
        public void ping(int ref) {
            throw new IllegalStateException("ping");
        }

        @Override
        public void request(
                int number, @Nullable String name, String event, int id, int timeoutMillis, ByteBuffer payload) {
            throw new IllegalStateException("request");
        }

        @Override
        public void reply(int id, int code, String reason, ByteBuffer payload) {
            throw new IllegalStateException("reply");
        }

        @Override
        public void cancel(int id) {
            throw new IllegalStateException("cancel");
        }

        @Override
        public void history(int number, @Nullable String name, int ref, String epoch, long after, int limit) {
            throw new IllegalStateException("history");
        }

        @Override
        public void unknown() {
            throw new IllegalStateException("unknown");
        }
    }
}
