package io.roomcast.testkit.load;

import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.socket.SocketLoop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where peers wait for each other. Belongs to the run's thread. */
final class Barriers {

    private final Program program;
    private final SocketLoop loop;
    private final List<Set<LoadPeer>> waiting = new ArrayList<>();

    Barriers(Program program, SocketLoop loop) {
        this.program = program;
        this.loop = loop;
        program.barriers().forEach(barrier -> waiting.add(new LinkedHashSet<>()));
    }

    /** A peer has come to a barrier; with the last one all are released. */
    void arrive(int barrier, LoadPeer peer) {
        Set<LoadPeer> there = waiting.get(barrier);
        there.add(peer);
        if (there.size() >= program.barrier(barrier).peers()) {
            List<LoadPeer> all = List.copyOf(there);
            there.clear();
            // Not from within the last one's step.
            loop.execute(() -> all.forEach(LoadPeer::released));
        }
    }

    /** A peer waits no longer. */
    void leave(int barrier, LoadPeer peer) {
        waiting.get(barrier).remove(peer);
    }
}
