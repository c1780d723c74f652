package io.roomcast.testkit.virtual;

import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.result.Count;

/** How many messages peers expect in a room before they go on, as their steps say. Belongs to the world's thread. */
final class Expecting {

    private final RunState run;
    private final Program program;
    private final Peers peers;

    Expecting(RunState run) {
        this.run = run;
        this.program = run.program;
        this.peers = run.peers;
    }

    /** Returns whether as many have come as a peer's step expects; the next expectation begins behind them. */
    boolean isMet(int peer) {
        int step = peers.step[peer];
        int membership = peers.membership(peer, program.a(step));
        if (run.oracle.arrivedIn(membership) - peers.expectedFrom[membership] < program.b(step)) {
            return false;
        }
        end(peer, Count.EXPECTATIONS_MET);
        return true;
    }

    /** They have not come in time; those that come later are not counted for the next expectation. */
    void missed(int peer) {
        end(peer, Count.EXPECTATIONS_MISSED);
    }

    private void end(int peer, Count how) {
        int step = peers.step[peer];
        peers.expectedFrom[peers.membership(peer, program.a(step))] += program.b(step);
        run.count(how, peer);
    }
}
