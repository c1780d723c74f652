package io.roomcast.testkit.virtual;

import io.roomcast.testkit.oracle.DeliveryOracle;
import io.roomcast.testkit.oracle.Findings;
import io.roomcast.testkit.oracle.SendOracle;
import io.roomcast.testkit.oracle.Trace;
import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.scenario.Scenario;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What the parts of a run share. Belongs to one thread. */
final class RunState {

    /** How long a message may be on its way before it is overdue, when a peer leaves: links are instant, and faults are told to the oracle. */
    private static final int GRACE_MILLIS = 2000;

    final Scenario scenario;
    final Program program;
    final World world;
    final Agenda agenda = new Agenda();
    final PeerWheel wheel = new PeerWheel();
    final Draws draws;
    final PeerIds ids;
    final RoomNumbers rooms;
    final Peers peers;
    final Findings findings;
    final Trace trace;
    final DeliveryOracle oracle;
    final SendOracle sends;
    final Tally tally;
    /** Whether what nodes hear of each other is tampered with: a session that moves meanwhile may miss what nobody can tell. */
    boolean tampered;

    private @Nullable RuntimeException failed;
    /** The number of the phase. */
    int phase;
    /** Of all that clients saw. */
    private long signature;

    /** What clients got, and what they sent, so far. */
    long received;

    long sent;
    /** Frames that clients sent and got, and alarms. */
    long events;
    /** How many peers have not done their last step. */
    long active;
    /** Times from plan to arrival of the second that is passing. */
    final Histogram ofThisSecond = new Histogram(2);

    RunState(Scenario scenario, long seed, Peers peers, int nodes, Trace trace) {
        this.scenario = scenario;
        this.program = scenario.program();
        this.world = new World(seed);
        this.draws = new Draws(new Dice(seed), peers);
        this.ids = new PeerIds(Dice.mix(seed + 3));
        this.rooms = new RoomNumbers(program);
        this.peers = peers;
        this.trace = trace;
        this.findings = new Findings(world::nanos);
        this.oracle = new DeliveryOracle(
                peers.slots, peers.keepsSnapshots(), world::nanos, GRACE_MILLIS, rooms::name, findings, trace);
        this.sends = new SendOracle(peers.slots, findings, trace);
        this.tally = new Tally(nodes, scenario.phases().size());
        this.signature = Dice.mix(seed);
    }

    /** The simulation itself has failed: within a node's task, which would swallow it. */
    void fail(RuntimeException failure) {
        if (failed == null) {
            failed = failure;
        }
    }

    /** @throws IllegalStateException if the simulation has failed */
    void checkNotFailed() {
        if (failed != null) {
            throw new IllegalStateException("the simulation failed at " + millis() + " ms", failed);
        }
    }

    int millis() {
        return (int) TimeUnit.NANOSECONDS.toMillis(world.nanos());
    }

    /** Returns a length of time in milliseconds, as far as a peer's alarm can wait. */
    static int millis(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE / 2, TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    /** Lets a peer's alarm go off in a while, and not when it was to. */
    void alarm(int peer, int inMillis) {
        wheel.cancel(peer);
        wheel.set(peer, millis() + inMillis);
    }

    /** Adds something that a client saw to the signature. */
    void sign(int peer, int what, int from, int number) {
        signature =
                Dice.mix(signature + ((long) peer << 32 | what) + 31L * (((long) from << 32) ^ number) + world.nanos());
    }

    long signature() {
        return signature;
    }

    void count(Count what, int peer) {
        tally.count(what, peers.node[peer], phase);
    }

    void count(Count what, int peer, long more) {
        tally.count(what, peers.node[peer], phase, more);
    }

    /** Records a time that began at an instant in milliseconds. */
    void record(Metric what, int peer, int sinceMillis) {
        tally.record(what, peers.node[peer], phase, TimeUnit.MILLISECONDS.toNanos(millis() - sinceMillis));
    }

    void note(int peer, String what) {
        if (trace.sees(peer)) {
            trace.note(peer, what);
        }
    }

    void find(String kind, int peer, String text) {
        findings.add(kind, peer, "", text);
        note(peer, "FOUND " + kind + ": " + text);
    }
}
