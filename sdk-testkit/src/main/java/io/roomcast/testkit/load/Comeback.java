package io.roomcast.testkit.load;

import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.socket.Ending;

/**
 * How a peer comes back that has lost its connection while it had something left to do: after the delays of the protocol; its session goes on where the server has kept it, else its rooms are
 * joined anew; then it waits again for what it waited for. One for all peers of a run. Belongs to the run's thread.
 */
final class Comeback {

    private final LoadRun run;
    private final Program program;

    Comeback(LoadRun run) {
        this.run = run;
        this.program = run.program();
    }

    /** The connection of a peer has ended, and nobody had asked for it. */
    void lost(LoadPeer peer, Ending ending) {
        boolean connecting = peer.waiting == Wait.WELCOME || peer.waiting == Wait.RECONNECT;
        run.count(connecting ? Count.CONNECTS_FAILED : Count.CONNECTIONS_LOST, peer.node, peer.phase);
        run.complain((connecting ? "a connection failed: " : "a connection was lost: ") + ending);
        if (peer.waiting == Wait.WELCOME && run.nobodyCameThrough()) {
            peer.giveUp("a peer never came through");
            return;
        }
        if (!peer.reconnection.isAllowedAfter(ending)) {
            peer.giveUp("a peer gave up after " + ending);
            return;
        }
        if (peer.waiting != Wait.BACKOFF && peer.waiting != Wait.RECONNECT && peer.waiting != Wait.REJOIN) {
            if (peer.waiting == Wait.BARRIER) {
                run.barriers().leave(program.a(peer.step - 1), peer);
            }
            peer.interruption = peer.waiting == Wait.WELCOME || peer.waiting == Wait.BARRIER
                    ? Interruption.NONE
                    : new Interruption(peer.waiting, peer.wakeAt, peer.planned);
        }
        if (!peer.client.canResume() || peer.reconnection.isLate()) {
            // Its session is gone, or may be by the time that it is back.
            peer.places().outOfAll();
        }
        long delay = peer.reconnection.nextDelay(peer.draws.begin());
        peer.draws.done();
        peer.await(Wait.BACKOFF, run.now() + delay);
    }

    /** A peer is welcomed, for the first time or again. */
    void welcomed(LoadPeer peer, boolean resumed) {
        long now = run.now();
        run.record(Metric.CONNECT, peer.node, peer.phase, now - peer.planned);
        peer.reading.on(peer.client.socket());
        run.cancel(peer);
        if (peer.waiting == Wait.WELCOME) {
            peer.planned = now;
            peer.go();
            return;
        }
        if (peer.resuming && !resumed) {
            run.count(Count.RESUMES_FAILED, peer.node, peer.phase);
        }
        peer.resuming = false;
        if (resumed) {
            takeSeats(peer, now);
            goOn(peer, now);
        } else {
            sessionLost(peer);
            peer.rejoining = -1;
            rejoinNext(peer, now);
        }
    }

    private static void takeSeats(LoadPeer peer, long now) {
        Places places = peer.places();
        for (int slot = 0; slot < places.slots(); slot++) {
            RoomView room = places.room(slot);
            if (room != null && !places.isIn(slot) && peer.client.isIn(room.name)) {
                places.enter(slot, room, now);
            }
        }
    }

    /** What was asked in it is not answered any more. */
    private void sessionLost(LoadPeer peer) {
        peer.places().outOfAll();
        switch (peer.interruption.what()) {
            case REPLY -> {
                run.count(Count.REQUESTS_TIMED_OUT, peer.node, peer.phase);
                peer.requestEnded();
            }
            case MESSAGES -> run.count(Count.EXPECTATIONS_MISSED, peer.node, peer.phase);
            case LEFT -> peer.places().forget(program.a(peer.step - 1));
            case TIME -> {
                // It goes on as if nothing had been.
                return;
            }
            default -> {}
        }
        peer.interruption = Interruption.NONE;
    }

    /** Joins the next room that a peer was in; after the last it goes on. */
    void rejoinNext(LoadPeer peer, long now) {
        for (int slot = peer.rejoining + 1; slot < peer.places().slots(); slot++) {
            if (peer.places().room(slot) != null) {
                peer.rejoining = slot;
                peer.join(slot, Wait.REJOIN);
                return;
            }
        }
        goOn(peer, now);
    }

    /** Waits again for what it waited for when the connection was lost. */
    private void goOn(LoadPeer peer, long now) {
        Interruption was = peer.interruption;
        peer.interruption = Interruption.NONE;
        run.cancel(peer);
        switch (was.what()) {
            case TIME, STALL -> {
                peer.planned = was.until();
                peer.await(Wait.TIME, Math.max(now, peer.planned));
            }
            case JOINED, LEFT, REPLY, PAGE, MESSAGES -> {
                peer.planned = was.planned();
                peer.await(was.what(), Math.max(now, was.until()));
            }
            default -> {
                peer.planned = now;
                peer.go();
            }
        }
    }
}
