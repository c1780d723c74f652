package io.roomcast.testkit.virtual;

import io.roomcast.RoomcastException;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.scenario.Misdeed;
import io.roomcast.testkit.scenario.Subprotocol;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where clients connect to, and by which kind of line. Belongs to the world's thread. */
final class Dialling {

    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("virtual-peer.invalid", 1);
    private static final Handshake[] HANDSHAKES = handshakes();

    private final RunState run;
    private final Peers peers;
    private final VirtualCluster cluster;
    private final boolean allFramed;
    /** By behaviour: whether its clients have frames, because of what they do with them. */
    private final boolean[] framed;

    Dialling(RunState run, VirtualCluster cluster, Fidelity fidelity) {
        this.run = run;
        this.peers = run.peers;
        this.cluster = cluster;
        this.allFramed = fidelity == Fidelity.FRAMES;
        this.framed = new boolean[run.program.behaviours().size()];
        for (int behaviour = 0; behaviour < framed.length; behaviour++) {
            for (Misdeed misdeed : Misdeed.values()) {
                framed[behaviour] |=
                        misdeed.isOfFrames() && run.program.uses(behaviour, Opcode.MISBEHAVE, misdeed.ordinal());
            }
        }
    }

    /** By subprotocol. */
    private static Handshake[] handshakes() {
        Subprotocol[] subprotocols = Subprotocol.values();
        Handshake[] all = new Handshake[subprotocols.length];
        for (Subprotocol each : subprotocols) {
            all[each.ordinal()] = Handshake.of("/roomcast", Map.of(), Map.of(), each.id());
        }
        return all;
    }

    /** Returns the node that a peer reaches; null if none takes connections. */
    @Nullable
    VirtualNode place(int peer) {
        int preferred = preferred(peer, cluster.nodes().size());
        VirtualNode node = cluster.place(1 + preferred, run.draws.begin(peer));
        run.draws.done(peer);
        return node;
    }

    /** Returns where a balancer sends a peer, from 0: first evenly, later anywhere, but often to where its session is. */
    private int preferred(int peer, int nodes) {
        if (peers.connects[peer] == 0) {
            return peer % nodes;
        }
        int anywhere = (int) run.draws.below(peer, nodes);
        boolean toItsSession = peers.isResuming() && peers.node[peer] > 0 && run.draws.below(peer, 4) > 0;
        return toItsSession ? peers.node[peer] - 1 : anywhere;
    }

    /** Opens a line to a node; returns null if the node takes none. */
    @Nullable
    Line open(int peer, VirtualNode node, Line.Lines lines) {
        try {
            return Line.open(
                    node.transport(),
                    allFramed || framed[peers.behaviour[peer]],
                    ADDRESS,
                    HANDSHAKES[peers.subprotocol[peer]],
                    lines,
                    peer,
                    peers.connects[peer]);
        } catch (RoomcastException refused) {
            return null;
        }
    }
}
