package io.roomcast.testkit.virtual;

import io.roomcast.testkit.program.Program;
import java.util.Arrays;

/** Who waits for whom. Belongs to one thread. */
final class Barriers {

    private final RunState run;
    private final Peers peers;
    private final Program program;
    private final int[][] waiting;
    private final int[] counts;

    Barriers(RunState run) {
        this.run = run;
        this.peers = run.peers;
        this.program = run.program;
        int barriers = program.barriers().size();
        this.waiting = new int[barriers][4];
        this.counts = new int[barriers];
    }

    /** A peer comes; if it is the last, all go on, itself too. Returns whether it has to wait. */
    boolean come(int barrier, int peer) {
        if (counts[barrier] == waiting[barrier].length) {
            waiting[barrier] = Arrays.copyOf(waiting[barrier], counts[barrier] * 2);
        }
        waiting[barrier][counts[barrier]++] = peer;
        if (counts[barrier] < program.barrier(barrier).peers()) {
            return true;
        }
        int[] all = Arrays.copyOf(waiting[barrier], counts[barrier]);
        counts[barrier] = 0;
        for (int each : all) {
            if (each != peer) {
                pass(each);
            }
        }
        return false;
    }

    /** In a turn of its own: whoever came last is in the middle of its own. */
    private void pass(int peer) {
        peers.waiting[peer] = Peers.TIME;
        if (peers.link[peer] == Peers.ONLINE || peers.link[peer] == Peers.OFFLINE) {
            run.alarm(peer, 1);
        } else {
            peers.savedDue[peer] = run.millis();
        }
    }

    /** A peer waits no more. */
    void giveUp(int barrier, int peer) {
        int[] list = waiting[barrier];
        for (int i = 0; i < counts[barrier]; i++) {
            if (list[i] == peer) {
                list[i] = list[--counts[barrier]];
                return;
            }
        }
    }
}
