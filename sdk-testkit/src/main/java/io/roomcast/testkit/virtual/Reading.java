package io.roomcast.testkit.virtual;

import io.roomcast.testkit.program.Opcode;
import java.util.concurrent.TimeUnit;

/** How clients read: all that comes, slowly, or not at all for a while. The oracle is told, since who does not read gets nothing. Belongs to the world's thread. */
final class Reading {

    /** A peer that reads slowly looks so often what there is. */
    private static final int LOOK_MILLIS = 100;

    private final RunState run;
    private final Peers peers;

    Reading(RunState run) {
        this.run = run;
        this.peers = run.peers;
    }

    /** Reads nothing until {@link #awake}. */
    void stall(int peer) {
        Line line = peers.connection[peer];
        if (line != null) {
            behind(peer);
            line.stall();
        }
    }

    /** Reads all that comes, from now on. */
    void awake(int peer) {
        Line line = peers.connection[peer];
        if (line != null) {
            line.resume();
        }
        caughtUp(peer);
    }

    /** Answers no ping from now on. */
    void fallSilent(int peer) {
        Line line = peers.connection[peer];
        if (line != null) {
            behind(peer);
            line.mute();
        }
    }

    /** Its connection is lost, and its session may go on: what it has not read it may get later. */
    void lost(int peer) {
        peers.slow[peer] = Peers.READS_ALL;
        behind(peer);
    }

    /** A peer reads what it had not read, and all that comes. */
    void caughtUp(int peer) {
        for (int slot = 0; slot < peers.slots; slot++) {
            run.oracle.awake(peers.membership(peer, slot));
        }
    }

    private void behind(int peer) {
        for (int slot = 0; slot < peers.slots; slot++) {
            run.oracle.slow(peers.membership(peer, slot));
        }
    }

    // ---- slowly

    /** Reads slowly from now on. */
    void slowDown(int peer) {
        peers.slow[peer] = Peers.READS_SLOWLY;
    }

    /** Reads as fast as it can from now on. */
    void speedUp(int peer) {
        peers.slow[peer] = Peers.READS_ALL;
        awake(peer);
    }

    /** A peer that reads slowly has read so much, and rests for as long as that should have taken it. */
    void rest(int peer, int bytes) {
        peers.slow[peer] = Peers.RESTS;
        stall(peer);
        long rest = Math.max(LOOK_MILLIS, bytes * 1000L / Math.max(1, bytesPerSecond(peer)));
        short connection = peers.connects[peer];
        run.agenda.at(run.world.nanos() + TimeUnit.MILLISECONDS.toNanos(rest), () -> {
            Line line = peers.connection[peer];
            if (line != null && peers.connects[peer] == connection && peers.slow[peer] == Peers.RESTS) {
                peers.slow[peer] = Peers.READS_SLOWLY;
                line.resume();
            }
        });
    }

    /** Returns how much a peer reads: what the step last passed says. */
    private int bytesPerSecond(int peer) {
        for (int step = peers.step[peer]; step >= 0; step--) {
            if (run.program.opcode(step) == Opcode.READ_SLOWLY) {
                return run.program.a(step);
            }
        }
        return Integer.MAX_VALUE;
    }
}
