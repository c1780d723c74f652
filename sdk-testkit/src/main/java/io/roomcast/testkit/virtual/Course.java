package io.roomcast.testkit.virtual;

import io.roomcast.Limits;
import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import java.util.function.IntConsumer;

/** Takes peers through their program, from one wait to the next: what ends a wait, and how it is when a connection was lost meanwhile. Belongs to the world's thread. */
final class Course implements Script {

    /** So many steps without a wait, and others get a turn. */
    private static final int STEPS_AT_ONCE = 2000;

    private final RunState run;
    private final Program program;
    private final Peers peers;
    private final Connections connections;
    private final Reading reading;
    private final Barriers barriers;
    private final Expecting expecting;
    private final Misdeeds misdeeds;
    private final Steps steps;

    /** @param onDone told of each peer that has done its last step */
    Course(RunState run, VirtualCluster cluster, Clients clients, Limits limits, IntConsumer onDone) {
        this.run = run;
        this.program = run.program;
        this.peers = run.peers;
        this.connections = clients.connections();
        this.reading = clients.reading();
        this.barriers = new Barriers(run);
        this.expecting = new Expecting(run);
        this.misdeeds = new Misdeeds(run, cluster, clients.speaking(), reading, limits);
        Sending sending = new Sending(run, cluster, clients.speaking(), clients.rooms());
        this.steps = new Steps(run, clients, sending, barriers, expecting, misdeeds, onDone);
    }

    /** A peer comes. */
    void start(int peer) {
        int behaviour = run.draws.of(peer, program::drawBehaviour);
        peers.behaviour[peer] = (short) behaviour;
        peers.phase[peer] = (short) run.phase;
        peers.step[peer] = program.entry(behaviour);
        run.count(Count.PEERS_STARTED, peer);
        run.note(peer, "comes as " + program.behaviours().get(behaviour));
        go(peer);
    }

    private void go(int peer) {
        peers.waiting[peer] = Peers.NOTHING;
        for (int i = 0; i < STEPS_AT_ONCE; i++) {
            if (!steps.take(peer)) {
                return;
            }
        }
        run.wheel.set(peer, run.millis() + 1);
    }

    @Override
    public void proceed(int peer) {
        peers.step[peer]++;
        go(peer);
    }

    /** A peer's alarm goes off. */
    void alarm(int peer) {
        byte link = peers.link[peer];
        if (link == Peers.BACKING_OFF || link == Peers.RETURNING || link == Peers.REJOINING) {
            connections.alarmOnTheWayBack(peer);
            return;
        }
        switch (peers.waiting[peer]) {
            case Peers.NOTHING -> {
                go(peer);
                return;
            }
            case Peers.TIME -> {
                // That is all it waited for.
            }
            case Peers.STALLED -> reading.awake(peer);
            case Peers.REPLY -> {
                run.count(Count.REQUESTS_TIMED_OUT, peer);
                run.record(Metric.REQUEST, peer, peers.planned[peer]);
                run.find(
                        "unanswered",
                        peer,
                        "its request " + peers.serial[peer] + " got no reply, no error and no timeout");
            }
            case Peers.MESSAGES -> {
                if (!expecting.isMet(peer)) {
                    expecting.missed(peer);
                }
            }
            case Peers.AT_BARRIER -> {
                run.count(Count.BARRIERS_MISSED, peer);
                barriers.giveUp(program.a(peers.step[peer]), peer);
            }
            case Peers.SERVER_CLOSES -> {
                misdeeds.unpunished(peer);
                connections.endForGood(peer);
            }
            default -> {
                connections.unanswered(peer);
                return;
            }
        }
        proceed(peer);
    }

    @Override
    public void arrived(int peer) {
        if (peers.waiting[peer] == Peers.MESSAGES && peers.link[peer] == Peers.ONLINE && expecting.isMet(peer)) {
            run.wheel.cancel(peer);
            proceed(peer);
        }
    }

    @Override
    public void closed(int peer, int code) {
        misdeeds.closed(peer, code);
        proceed(peer);
    }

    @Override
    public void back(int peer) {
        switch (peers.waiting[peer]) {
            case Peers.TIME, Peers.STALLED, Peers.MESSAGES, Peers.AT_BARRIER, Peers.NOTHING -> waitOn(peer);
            case Peers.REPLY -> {
                // Asked of a node that is gone, or of another connection: nobody answers.
                run.count(Count.REQUESTS_REFUSED, peer);
                proceed(peer);
            }
            default -> proceed(peer);
        }
    }

    @Override
    public void wentOn(int peer) {
        switch (peers.waiting[peer]) {
            case Peers.WELCOME, Peers.ANSWERED -> proceed(peer);
            default -> waitOn(peer);
        }
    }

    /** Waits until the instant until which it waited when its connection was lost. */
    private void waitOn(int peer) {
        run.wheel.set(peer, Math.max(run.millis() + 1, peers.savedDue[peer]));
    }
}
