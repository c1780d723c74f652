package io.roomcast.testkit.virtual;

import io.roomcast.runtime.environment.Clock;
import java.util.concurrent.Executor;

/** One node's share of the world: a clock that may be wrong, and an executor that stops when the node is killed. Belongs to the world's thread. */
final class NodeWorld implements Executor, Clock {

    private final World world;
    private boolean alive = true;
    private int skewPerMille;
    private long skewSince;
    private long skewBefore;

    NodeWorld(World world) {
        this.world = world;
    }

    @Override
    public void execute(Runnable task) {
        if (alive) {
            world.execute(task);
        }
    }

    @Override
    public long nanos() {
        long now = world.nanos();
        return now + skewBefore + (now - skewSince) / 1000 * skewPerMille;
    }

    /** Lets the clock run faster by so much from now on. It never goes back. */
    void skew(int perMille) {
        skewBefore = nanos() - world.nanos();
        skewSince = world.nanos();
        skewPerMille = perMille;
    }

    boolean isAlive() {
        return alive;
    }

    void kill() {
        alive = false;
    }
}
