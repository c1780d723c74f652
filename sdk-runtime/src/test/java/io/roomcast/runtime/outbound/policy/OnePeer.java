package io.roomcast.runtime.outbound.policy;

import io.roomcast.DeliveryPolicy;
import io.roomcast.PolicyFlush;
import io.roomcast.RoomcastListener;
import io.roomcast.SendOutcome;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.outbound.BacklogListener;
import io.roomcast.runtime.outbound.NodeBudget;
import io.roomcast.runtime.outbound.Outbound;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.ManualConnection;
import io.roomcast.runtime.transport.ManualLoop;
import io.roomcast.runtime.transport.MessageType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** One peer's queue and what policies hold for it, on a loop and a network that do what the test says when it says so. */
final class OnePeer {

    static final String ROOM = "room/1";

    private long nanos = 1_000_000_000L;
    private final Loop loop = new Loop();
    private final Wire wire = new Wire(loop);
    final List<PolicyFlush> flushes = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    final Telemetry telemetry = new Telemetry(List.of(new RoomcastListener() {
        @Override
        public void policyFlushed(PolicyFlush flush) {
            flushes.add(flush);
        }

        @Override
        public void handlerFailed(String where, Throwable failure) {
            failures.add(where);
        }
    }));
    final NodeBudget budget = new NodeBudget(1L << 40, List.of(loop), () -> nanos);
    final Outbound outbound;
    final Holdings holdings;
    int overflows;

    OnePeer() {
        this(1 << 20);
    }

    OnePeer(int bytes) {
        outbound = new Outbound(wire, MessageType.TEXT, budget.flushOf(loop), bytes, new BacklogListener() {
            @Override
            public void onSlow(int waitingBytes) {}

            @Override
            public void onDrained() {}

            @Override
            public void onOverflow() {
                overflows++;
            }
        });
        holdings = new Holdings(outbound, new PolicyLoop(loop, () -> nanos, telemetry));
        outbound.attach(holdings);
    }

    static Lane lane(String event, DeliveryPolicy policy) {
        return new Lane(ROOM, "room/{id}", event, policy);
    }

    /** Offers a message under a policy and lets the turn of the loop end. */
    SendOutcome say(Lane lane, String key, String from, String text) {
        SendOutcome outcome = sayInTurn(lane, key, from, false, text);
        loop.endTurn();
        return outcome;
    }

    SendOutcome say(Lane lane, String text) {
        return say(lane, "", "", text);
    }

    SendOutcome sayUrgently(Lane lane, String text) {
        SendOutcome outcome = sayInTurn(lane, "", "", true, text);
        loop.endTurn();
        return outcome;
    }

    SendOutcome sayInTurn(Lane lane, String key, String from, boolean urgent, String text) {
        return holdings.offer(Arrival.of(lane, key, from, urgent), new Text(text));
    }

    /** Offers a message that has no policy. */
    void sayPlainly(String from, String text) {
        holdings.barrier(ROOM, from);
        outbound.offer(Chunk.of(bytes(text)));
        loop.endTurn();
    }

    void endTurn() {
        loop.endTurn();
    }

    /** Takes its queue to another loop. */
    void leavesLoop() {
        outbound.releaseHeld();
        outbound.movedTo(budget.flushOf(loop));
    }

    /** Lets time pass, a millisecond at a time. */
    void pass(int millis) {
        for (int i = 0; i < millis; i++) {
            nanos += 1_000_000;
            loop.fire();
        }
    }

    /** The network takes nothing from the next write on. */
    void stall() {
        wire.stall();
    }

    /** The network takes everything again. */
    void resume() {
        wire.resume();
        outbound.writable();
        loop.endTurn();
    }

    /** The network takes what waits there, but not the next. */
    void resumeOnce() {
        wire.resumeOnce();
        outbound.writable();
        loop.endTurn();
    }

    /** Returns the WebSocket messages written so far, texts in each joined by a space. */
    List<String> written() {
        return List.copyOf(wire.messages);
    }

    /** Returns everything written, in order. */
    List<String> texts() {
        return wire.messages.stream()
                .flatMap(message -> List.of(message.split(" ")).stream())
                .toList();
    }

    List<PolicyFlush.Reason> reasons() {
        return flushes.stream().map(PolicyFlush::reason).toList();
    }

    int armedTimers() {
        return loop.timers.size();
    }

    private static byte[] bytes(String text) {
        return (text + " ").getBytes(StandardCharsets.UTF_8);
    }

    /** Merges by joining with a plus. */
    private record Text(String text) implements Value {
        @Override
        public Chunk chunk() {
            return Chunk.of(bytes(text));
        }

        @Override
        public int size() {
            return text.length() + 1;
        }

        @Override
        public Value mergedWith(Value newer) {
            return new Text(text + "+" + ((Text) newer).text);
        }
    }

    private final class Loop extends ManualLoop {
        private final PriorityQueue<Waiting> timers =
                new PriorityQueue<>(Comparator.comparingLong(Waiting::at).thenComparingLong(Waiting::number));
        private long number;

        private record Waiting(long at, long number, Runnable task) {}

        Loop() {
            super(0);
        }

        void fire() {
            for (Waiting next = timers.peek(); next != null && next.at() <= nanos; next = timers.peek()) {
                timers.remove();
                next.task().run();
                endTurn();
            }
        }

        @Override
        public Timer scheduleSoon(long delayMillis, Runnable task) {
            Waiting timer = new Waiting(nanos + delayMillis * 1_000_000, number++, task);
            timers.add(timer);
            return () -> timers.remove(timer);
        }
    }

    private static final class Wire extends ManualConnection {
        private final List<String> messages = new ArrayList<>();

        Wire(EventLoop loop) {
            super(loop);
        }

        @Override
        protected void written(Chunk[] chunks, int from, int to, int size) {
            ByteBuffer joined = ByteBuffer.allocate(size);
            for (int i = from; i < to; i++) {
                chunks[i].writeTo(joined);
            }
            messages.add(new String(joined.array(), StandardCharsets.UTF_8).strip());
        }
    }
}
