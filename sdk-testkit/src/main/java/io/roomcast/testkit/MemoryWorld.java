package io.roomcast.testkit;

import io.roomcast.runtime.Node;
import io.roomcast.runtime.NodeSettings;
import io.roomcast.runtime.bridge.LocalHub;
import io.roomcast.runtime.environment.Environment;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.room.RoomKinds;
import io.roomcast.runtime.transport.memory.MemorySettings;
import io.roomcast.runtime.transport.memory.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Nodes on the in-memory transport, moved by a pump, whose clock stands still except when it is moved. */
final class MemoryWorld implements World {

    /** Timers fire up to this much late, as they do on sockets. */
    private static final Duration TICK = Duration.ofMillis(100);

    private final Pump pump;
    private final List<MemoryTransport> transports = new ArrayList<>();

    MemoryWorld(Pump pump) {
        this.pump = pump;
    }

    @Override
    public List<House> start(ClusterPlan plan) {
        SeededIds ids = new SeededIds(plan.seed() + 1);
        LocalHub hub = LocalHub.on(pump, pump, new SeededIds(plan.seed() + 2));
        List<House> houses = new ArrayList<>();
        for (int number = 1; number <= plan.nodes(); number++) {
            RoomKinds kinds = new RoomKinds();
            for (ClusterPlan.Kind room : plan.rooms()) {
                kinds.declare(room.pattern(), room.handlers().apply(number), room.options());
            }
            MemoryTransport transport =
                    new MemoryTransport(ClusterPlan.LOOPS_PER_NODE, pump, pump, MemorySettings.of(plan.limits()));
            transports.add(transport);
            Node node = Node.start(
                    new NodeSettings(
                            kinds,
                            plan.limits(),
                            plan.authenticator(),
                            plan.bridges().apply(hub.bridge())),
                    new Environment(pump, ids, pump, new Telemetry(plan.listeners())),
                    transport,
                    (future, after) -> {},
                    () -> {});
            houses.add(new House(node, (name, listener) -> new MemoryWire(transport, listener)));
        }
        pump.settle();
        return houses;
    }

    @Override
    public void execute(Runnable task) {
        pump.execute(task);
    }

    @Override
    public void settle() {
        pump.settle();
    }

    @Override
    public void steps(int most) {
        if (!(pump instanceof Simulation simulation)) {
            throw new IllegalStateException("real threads cannot be stepped");
        }
        for (int i = 0; i < most && simulation.step(); i++) {}
    }

    @Override
    public Duration pass(Duration most) {
        Duration portion = Collections.min(List.of(most, TICK, untilNextSoon()));
        pump.advance(portion);
        transports.forEach(MemoryTransport::fireTimers);
        pump.settle();
        return portion;
    }

    @Override
    public boolean await(BooleanSupplier holds, Duration time) {
        pump.settle();
        return pump.await(holds, time, this::pass);
    }

    @Override
    public void awaitSoon(BooleanSupplier holds, Duration time) {
        pump.settle();
        // A bridge to elsewhere has threads of its own: that these rest does not say that all has happened.
        if (pump instanceof RealThreads && !holds.getAsBoolean()) {
            pump.await(holds, time, this::pass);
        }
    }

    @Override
    public Duration elapsed() {
        return pump.elapsed();
    }

    @Override
    public Duration quiet() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Duration leftovers() {
        return Duration.ofMinutes(2);
    }

    @Override
    public String replay() {
        return pump.replay();
    }

    @Override
    public void close() {
        pump.close();
    }

    /** Returns how long until a timer that is not late is due; at least a nanosecond, so that time goes on. */
    private Duration untilNextSoon() {
        long next = transports.stream()
                .mapToLong(MemoryTransport::nextSoonNanos)
                .min()
                .orElse(Long.MAX_VALUE);
        return Duration.ofNanos(Math.max(1, next - pump.nanos()));
    }
}
