package io.roomcast.testkit;

import io.roomcast.Roomcast;
import io.roomcast.RoomcastBuilder;
import io.roomcast.runtime.bridge.LocalHub;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Nodes as they run in production, on sockets of this machine: everything moves by itself, and time passes. */
final class SocketWorld implements World {

    private static final Duration MOMENT = Duration.ofMillis(2);

    private final long begin = System.nanoTime();

    @Override
    public List<House> start(ClusterPlan plan) {
        LocalHub hub = LocalHub.create();
        List<House> houses = new ArrayList<>();
        try {
            for (int number = 1; number <= plan.nodes(); number++) {
                Roomcast started = node(plan, number, hub);
                InetSocketAddress address = started.addresses().get(0);
                houses.add(new House(started, (name, listener) -> new SocketWire(name, address, listener)));
            }
        } catch (RuntimeException refused) {
            houses.forEach(house -> house.node().close());
            throw refused;
        }
        return houses;
    }

    private static Roomcast node(ClusterPlan plan, int number, LocalHub hub) {
        RoomcastBuilder node = Roomcast.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .ioThreads(ClusterPlan.LOOPS_PER_NODE)
                .limits(plan.limits())
                .authenticator(plan.authenticator())
                .bridge(plan.bridges().apply(hub.bridge()));
        plan.listeners().forEach(node::listener);
        for (ClusterPlan.Kind room : plan.rooms()) {
            node.room(room.pattern(), room.handlers().apply(number), room.options());
        }
        return node.start();
    }

    @Override
    public void execute(Runnable task) {
        ForkJoinPool.commonPool().execute(task);
    }

    /** Nobody knows when real threads and sockets rest: whoever waits for something waits for that. */
    @Override
    public void settle() {}

    @Override
    public void steps(int most) {
        throw new IllegalStateException("nodes on sockets cannot be stepped");
    }

    @Override
    public Duration pass(Duration most) {
        Duration moment = Collections.min(List.of(most, MOMENT));
        await(() -> false, moment);
        return moment;
    }

    /** Looks every moment whether something holds. */
    @Override
    public boolean await(BooleanSupplier holds, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        while (!holds.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, Math.min(left, MOMENT.toNanos()));
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while the test waited for its cluster");
            }
        }
        return true;
    }

    @Override
    public void awaitSoon(BooleanSupplier holds, Duration time) {
        await(holds, time);
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Override
    public Duration quiet() {
        return Duration.ofMillis(200);
    }

    @Override
    public Duration leftovers() {
        return Duration.ofSeconds(45);
    }

    @Override
    public String replay() {
        return "This was on sockets, where no seed repeats anything; it was seed ";
    }

    @Override
    public void close() {
        // The nodes have freed what there was.
    }
}
