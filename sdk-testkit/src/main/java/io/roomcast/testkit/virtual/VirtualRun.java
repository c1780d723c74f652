package io.roomcast.testkit.virtual;

import io.roomcast.CloseCode;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.oracle.Trace;
import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Ending;
import io.roomcast.testkit.scenario.Phase;
import io.roomcast.testkit.scenario.Scenario;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One run from the first arrival to the stop of the last node. Time moves from one instant at which something is due to the next; at each the clients act, each
 * a few tasks of the nodes after the other, and then the nodes run until they rest. Belongs to one thread; runs once.
 */
final class VirtualRun {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** What a node reads for a client that comes back, at most: docs/guarantees.md. */
    private static final int RECOVERED_ENTRIES = 1000;

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    /** There is room for so many from the start. */
    private static final int FIRST_PEERS = 64;

    private final Scenario scenario;
    private final RunState run;
    private final VirtualCluster cluster;
    private final Clients clients;
    private final Course course;
    private final FaultInjector faults;
    private final Inspection inspection;
    private final Timeline timeline;
    private final Dice arrivalDice;
    private final int expectedPeers;

    private Arrivals.Instants arrivals = () -> Arrivals.NEVER;
    private long phaseBegan;
    private long phaseEnds;
    private long nextArrival = Arrivals.NEVER;
    private boolean refilling;

    VirtualRun(Order order, ClusterSettings settings, boolean snapshots, Trace trace, Progress progress) {
        this.scenario = order.scenario();
        boolean toOne = scenario.program().uses(Opcode.SEND);
        Peers peers = new Peers(
                Math.max(1, scenario.program().slots()),
                scenario.program().registers(),
                toOne || settings.keepsHistory(),
                snapshots,
                scenario.program().uses(Opcode.RESUME),
                settings.keepsHistory());
        this.run = new RunState(scenario, order.seed(), peers, settings.nodes(), trace);
        boolean listens = order.faults().faults().stream().map(Fault::kind).anyMatch(kind -> kind.isOfBridge());
        run.tampered = listens;
        Dice faultDice = new Dice(Dice.mix(order.seed() + 1));
        this.cluster = new VirtualCluster(
                settings,
                run.world,
                run.agenda,
                new RunWatcher(run),
                listens
                        ? (number, listener) ->
                                new Ear(listener, number, run.world, run.agenda, run.oracle, run.rooms, faultDice)
                        : null,
                settings.keepsHistory() ? new HistoryTap(run.oracle.history(), run.rooms) : null,
                new Dice(Dice.mix(order.seed() + 4)),
                what -> run.findings.add("frames", -1, "", what),
                run.ids);
        run.oracle.history().identify(run.ids::peer);
        run.oracle.history().recovers(RECOVERED_ENTRIES, settings.limits().outboundBytesPerPeer() / 2);
        this.clients = new Clients(run, cluster, settings.fidelity());
        this.course = new Course(run, cluster, clients, settings.limits(), this::peerDone);
        clients.follow(course);
        this.faults = new FaultInjector(order.faults(), cluster, faultDice, this::nodeKilled);
        this.inspection = new Inspection(run, cluster);
        this.timeline = new Timeline(run, cluster, progress);
        this.arrivalDice = new Dice(Dice.mix(order.seed() + 2));
        this.expectedPeers = (int) Math.min(1 << 24, scenario.expectedPeers() + 16);
        makeRoom(Math.min(expectedPeers, FIRST_PEERS));
    }

    RunState state() {
        return run;
    }

    Timeline timeline() {
        return timeline;
    }

    long signature() {
        return inspection.signature();
    }

    /** Returns what was checked. */
    Checked checked() {
        return new Checked(
                run.oracle.broadcasts() + run.oracle.history().appended(),
                run.oracle.owed() + run.oracle.history().arrived(),
                run.oracle.permitted(),
                run.oracle.arrived() + run.oracle.history().arrived(),
                run.findings.kept(),
                run.findings.found());
    }

    void go() {
        cluster.start();
        faults.plan();
        run.agenda.at(SECOND, this::second);
        for (int phase = 0; phase < scenario.phases().size(); phase++) {
            begin(phase, scenario.phases().get(phase));
            pumpUntil(phaseEnds, () -> false);
        }
        nextArrival = Arrivals.NEVER;
        refilling = false;
        faults.end();
        pumpUntil(
                run.world.nanos() + scenario.patience().toNanos(),
                () -> run.active == 0
                        && run.oracle.outstanding() == 0
                        && run.oracle.history().isSettled());
        finish();
    }

    private void finish() {
        long unfinished = run.active;
        for (int peer = 0; peer < run.peers.count() && unfinished > 0; peer++) {
            if (run.peers.waiting[peer] != Peers.DONE) {
                run.count(Count.PEERS_UNFINISHED, peer);
                unfinished--;
            }
        }
        inspection.snapshots();
        inspection.population();
        inspection.deliveries();
        for (int peer = 0; peer < run.peers.count(); peer++) {
            run.wheel.cancel(peer);
            if (run.peers.connection[peer] != null) {
                clients.connections().end(peer, Ending.CLOSE);
            }
        }
        run.world.rest();
        inspection.stop((time, done) -> pumpUntil(run.world.nanos() + time.toNanos(), done));
        inspection.leftovers();
        inspection.metrics();
        timeline.end();
        run.tally.count(Count.EVENTS, 0, run.phase, run.events + cluster.envelopes());
    }

    // ---- who comes and goes

    private void begin(int number, Phase phase) {
        run.phase = number;
        phaseBegan = run.world.nanos();
        phaseEnds = phaseBegan + phase.duration().toNanos();
        arrivals = phase.arrivals().open(arrivalDice);
        refilling = phase.arrivals().closed();
        nextArrival();
    }

    private void nextArrival() {
        long next = arrivals.next();
        // Clients act on whole milliseconds, so that several do at once.
        nextArrival = next == Arrivals.NEVER ? next : phaseBegan + (next + MILLI - 1) / MILLI * MILLI;
    }

    private void arrive() {
        if (run.peers.count() == run.peers.capacity()) {
            int known = run.peers.capacity();
            // A little at a time: what is there for those who have not come yet is as large as what is there for those
            // who have.
            int more = known + known / 8;
            makeRoom(known < expectedPeers ? Math.min(more, expectedPeers) : more);
        }
        int peer = run.peers.add();
        run.active++;
        course.start(peer);
    }

    private void makeRoom(int peers) {
        run.peers.capacity(peers);
        run.wheel.peers(peers);
        run.oracle.peers(peers);
        run.sends.peers(peers);
    }

    private void peerDone(int peer) {
        run.active--;
        if (refilling && run.world.nanos() < phaseEnds) {
            run.agenda.at(run.world.nanos() + MILLI, this::arrive);
        }
    }

    private void nodeKilled(int node) {
        run.oracle.history().nodeGone(node);
        for (int peer = 0; peer < run.peers.count(); peer++) {
            if (run.peers.node[peer] == node && run.peers.connection[peer] != null) {
                run.note(peer, "loses node " + node);
                clients.connections().lost(peer, CloseCode.ABNORMAL);
            }
        }
    }

    // ---- time

    private void second() {
        timeline.second();
        inspection.snapshots();
        inspection.bounds();
        clients.sessions().acknowledge();
        run.agenda.at(run.world.nanos() + SECOND, this::second);
    }

    /** Lets time pass. @param done when there is no need to go on to the end */
    private void pumpUntil(long end, BooleanSupplier done) {
        run.world.rest();
        while (!done.getAsBoolean()) {
            long next = nextInstant(end);
            run.world.moveTo(next);
            act(next);
            run.world.rest();
            run.checkNotFailed();
            if (cluster.isQuiet()) {
                run.oracle.quiet();
            }
            if (next >= end) {
                return;
            }
        }
    }

    private long nextInstant(long end) {
        long next = Math.min(Math.min(cluster.nextInstant(), run.agenda.next()), end);
        int alarm = run.wheel.nextMillis();
        if (alarm != Integer.MAX_VALUE) {
            next = Math.min(next, alarm * MILLI);
        }
        if (nextArrival != Arrivals.NEVER) {
            next = Math.min(next, nextArrival);
        }
        return Math.max(next, run.world.nanos());
    }

    private void act(long now) {
        run.agenda.run(now);
        while (nextArrival != Arrivals.NEVER && nextArrival <= now) {
            arrive();
            run.world.some();
            nextArrival();
        }
        run.wheel.advance(run.millis(), this::alarm);
        cluster.fireTimers();
    }

    private void alarm(int peer) {
        run.events++;
        course.alarm(peer);
        run.world.some();
    }
}
