package io.roomcast.benchmarks.micro;

import io.roomcast.Authentication;
import io.roomcast.Identity;
import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.runtime.cluster.SingleNode;
import io.roomcast.runtime.environment.Environment;
import io.roomcast.runtime.environment.IdSource;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.outbound.NodeBudget;
import io.roomcast.runtime.outbound.policy.PolicyLoops;
import io.roomcast.runtime.room.RoomKinds;
import io.roomcast.runtime.room.Rooms;
import io.roomcast.runtime.session.SessionRegistry;
import io.roomcast.runtime.session.SessionSettings;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.ConnectionListener;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.wire.WireFormat;
import io.roomcast.runtime.wire.WireFormats;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the core costs a delivery, the network left out: a peer's message goes through session, wire, mailbox, handler,
 * broadcast and the queues of a thousand peers, down to connections that copy the bytes and send them nowhere.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class CoreFanoutBenchmark {

    private static final int PEERS = 1000;

    private static final RoomHandler REPEAT = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).send();
        }
    };

    private final WireFormat protobuf = WireFormats.of("roomcast.v1.protobuf").orElseThrow();
    private final Loop loop = new Loop();
    private final List<ConnectionListener> links = new ArrayList<>();
    private final List<Sink> sinks = new ArrayList<>();
    private final ByteBuffer message = ByteBuffer.allocate(256);

    @Setup
    public void connectEverybody() {
        Environment environment = new Environment(System::nanoTime, new Ids(), Runnable::run, new Telemetry(List.of()));
        RoomKinds kinds = new RoomKinds();
        kinds.declare(
                "bench/{name}", REPEAT, RoomOptions.builder().nonBlocking().build());
        Limits limits = Limits.builder().maxMessagesPerSecond(500_000_000).build();
        NodeBudget budget = new NodeBudget(limits.outboundBytesPerNode(), List.of(loop), environment.clock());
        Rooms rooms = new Rooms(kinds, List.of(loop), budget, environment, limits);
        SessionRegistry sessions = new SessionRegistry(
                new SessionSettings(
                        environment.ids().nextNodeId(),
                        limits,
                        request -> CompletableFuture.completedFuture(Authentication.accept(Identity.anonymous())),
                        environment),
                rooms.peers(),
                List.of(protobuf),
                budget,
                new PolicyLoops(List.of(loop), environment.clock(), environment.telemetry()));
        rooms.connect(new Rooms.Neighbours(sessions, new SingleNode()));
        for (int i = 0; i < PEERS; i++) {
            Sink sink = new Sink(loop);
            ConnectionListener link =
                    sessions.accept(sink, Handshake.of("/", Map.of(), Map.of(), protobuf.subprotocol()));
            link.onMessage(MessageType.BINARY, ClientMessages.hello());
            loop.drain();
            link.onMessage(MessageType.BINARY, ClientMessages.join("bench/x"));
            loop.drain();
            links.add(link);
            sinks.add(sink);
        }
        // An event gets its route when it is sent for the second time.
        for (int i = 0; i < 3; i++) {
            links.get(0).onMessage(MessageType.BINARY, ClientMessages.message(1, "bench", new byte[128]));
            loop.drain();
        }
        protobuf.data(1, Message.of("bench", new byte[128])).writeTo(message);
        message.flip();
        long before = sinks.get(PEERS - 1).messages;
        oneAtATime();
        if (sinks.get(PEERS - 1).messages != before + 1) {
            throw new IllegalStateException("a broadcast did not reach the last of " + PEERS + " peers");
        }
    }

    @Benchmark
    @OperationsPerInvocation(PEERS)
    public long oneAtATime() {
        return burst(1);
    }

    @Benchmark
    @OperationsPerInvocation(PEERS * 10)
    public long burstsOfTen() {
        return burst(10);
    }

    private long burst(int messages) {
        for (int i = 0; i < messages; i++) {
            links.get(0).onMessage(MessageType.BINARY, message.rewind());
        }
        loop.drain();
        return sinks.get(PEERS - 1).messages;
    }

    private static final class Ids implements IdSource {

        private long next;

        @Override
        public String nextNodeId() {
            return String.format(Locale.ROOT, "%012d", next++);
        }

        @Override
        public String nextPeerId() {
            return String.format(Locale.ROOT, "%016d", next++);
        }

        @Override
        public String nextSecret() {
            return String.format(Locale.ROOT, "%022d", next++);
        }
    }

    /** Runs what it is given when it is told to. */
    private static final class Loop implements EventLoop {

        private final Queue<Runnable> tasks = new ArrayDeque<>();

        void drain() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        @Override
        public int index() {
            return 0;
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public boolean isIdle() {
            return tasks.isEmpty();
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Timer schedule(long delayMillis, Runnable task) {
            return () -> {};
        }

        @Override
        public Timer scheduleSoon(long delayMillis, Runnable task) {
            return () -> {};
        }
    }

    /** Copies what it is given to where the next one copies it too. */
    private static final class Sink implements Connection {

        private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        private static final ByteBuffer STAGING = ByteBuffer.allocateDirect(64 * 1024);

        private final EventLoop loop;
        private long messages;

        Sink(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public EventLoop loop() {
            return loop;
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return NOWHERE;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public boolean write(MessageType type, Chunk[] chunks, int from, int to, int size) {
            STAGING.clear();
            for (int i = from; i < to; i++) {
                chunks[i].writeTo(STAGING);
            }
            messages++;
            return true;
        }

        @Override
        public int unsentBytes() {
            return 0;
        }

        @Override
        public void ping() {}

        @Override
        public long lastReceivedNanos() {
            return 0;
        }

        @Override
        public void pauseReads() {}

        @Override
        public void resumeReads() {}

        @Override
        public void close(int code, String reason) {
            throw new IllegalStateException("closed with " + code + ": " + reason);
        }

        @Override
        public void abort() {
            throw new IllegalStateException("aborted");
        }
    }
}
