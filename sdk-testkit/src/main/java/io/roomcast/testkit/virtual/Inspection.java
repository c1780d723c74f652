package io.roomcast.testkit.virtual;

import io.roomcast.Limits;
import io.roomcast.NodeStats;
import io.roomcast.RoomHandler;
import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.scenario.Ending;
import io.roomcast.testkit.serve.CountingRoom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What is looked at when nothing happens any more. Belongs to the world's thread. */
final class Inspection {

    private static final Duration STOP_DEADLINE = Duration.ofSeconds(5);

    private final RunState run;
    private final VirtualCluster cluster;

    Inspection(RunState run, VirtualCluster cluster) {
        this.run = run;
        this.cluster = cluster;
    }

    /** What peers found in their snapshots and got since is what their node delivered. While the world rests. */
    void snapshots() {
        Peers peers = run.peers;
        if (!peers.keepsSnapshots()) {
            return;
        }
        for (int membership = 0; membership < peers.count() * peers.slots; membership++) {
            int peer = membership / peers.slots;
            if (peers.room[membership] != Peers.IN
                    || peers.snapshotCount[membership] == ClientRooms.NO_SNAPSHOT
                    || !cluster.node(peers.node[peer]).isUp()) {
                continue;
            }
            String room = run.rooms.name(peers.roomNumber[membership]);
            for (RoomHandler handler : cluster.node(peers.node[peer]).handlers()) {
                if (handler instanceof CountingRoom counting && counting.isOpen(room)) {
                    compare(membership, peer, counting.delivered(room));
                }
            }
        }
    }

    private void compare(int membership, int peer, CountingRoom.Delivered delivered) {
        Peers peers = run.peers;
        int count = peers.snapshotCount[membership] + run.oracle.arrivedIn(membership);
        long fingerprint = peers.snapshotFingerprint[membership] + run.oracle.fingerprint(membership);
        if (count != delivered.messages() || fingerprint != delivered.fingerprint()) {
            run.findings.add(
                    "snapshot",
                    peer,
                    run.rooms.name(peers.roomNumber[membership]),
                    "its snapshot has " + peers.snapshotCount[membership] + " messages and it got "
                            + run.oracle.arrivedIn(membership) + " since, " + count + " in all; its node delivered "
                            + delivered.messages() + (count == delivered.messages() ? ", others among them" : ""));
        }
    }

    /** Everything that is owed has arrived, everything sent was handled. */
    void deliveries() {
        run.oracle.finish();
        run.sends.finish(run.peers.count());
    }

    /** Lets time pass, at most so much, until something is done. */
    interface Pump {
        void run(Duration time, BooleanSupplier done);
    }

    /** Lets all nodes stop, one after another. */
    void stop(Pump pump) {
        for (VirtualNode node : cluster.nodes()) {
            if (!node.isUp()) {
                continue;
            }
            boolean[] stopped = {false};
            node.stop(STOP_DEADLINE, () -> stopped[0] = true);
            pump.run(STOP_DEADLINE.multipliedBy(3), () -> stopped[0]);
            if (!stopped[0]) {
                run.findings.add("leak", -1, "", "node " + node.number() + " did not stop, " + node.stats());
            }
        }
    }

    /** Nothing is left on the nodes that stopped. */
    void leftovers() {
        for (VirtualNode node : cluster.nodes()) {
            for (NodeStats stats : node.stats()) {
                if (stats.connections() != 0
                        || stats.peers() != 0
                        || stats.rooms() != 0
                        || stats.memberships() != 0
                        || stats.outboundBytes() != 0
                        || stats.openRequests() != 0) {
                    run.findings.add("leak", -1, "", "node " + node.number() + " has stopped and still has " + stats);
                }
            }
        }
    }

    /** What the nodes counted is what clients and oracle counted; what a killed node had counted by then counts too. */
    void metrics() {
        long opened = 0;
        long received = 0;
        long delivered = 0;
        long dropped = 0;
        boolean killed = false;
        for (VirtualNode node : cluster.nodes()) {
            List<NodeStats> all = new ArrayList<>(node.stats());
            all.addAll(node.statsOfKilled());
            killed |= !node.statsOfKilled().isEmpty();
            for (NodeStats stats : all) {
                opened += stats.connectionsOpened();
                received += stats.messagesReceived();
                delivered += stats.messagesDelivered();
                dropped += stats.messagesDropped();
            }
        }
        long connects = run.tally.total(Count.CONNECTS);
        // Who connected at the very end of a node was perhaps not noticed any more.
        between("connectionsOpened", opened, killed ? 0 : connects, connects);
        between("messagesReceived", received, run.sends.handled(), run.sends.sent());
        boolean known = run.oracle.abandoned() == 0;
        long most = known
                ? run.oracle.owed()
                        + run.oracle.permitted()
                        + run.oracle.history().due()
                : Long.MAX_VALUE;
        long arrived = run.oracle.arrived() + run.oracle.history().arrived();
        between("messagesDelivered", delivered, arrived, most);
        between("messagesDropped", dropped, 0, known ? run.oracle.permitted() : Long.MAX_VALUE);
    }

    /** Who is there by the nodes' count is there by the clients'. While the world rests. */
    void population() {
        if (!everyEndIsSeen()) {
            return;
        }
        long peers = 0;
        long memberships = 0;
        for (VirtualNode node : cluster.nodes()) {
            if (node.isUp()) {
                NodeStats stats = node.stats().get(node.stats().size() - 1);
                peers += stats.peers();
                memberships += stats.memberships();
            }
        }
        long connected = 0;
        long in = 0;
        for (int peer = 0; peer < run.peers.count(); peer++) {
            connected += run.peers.connection[peer] == null ? 0 : 1;
            for (int slot = 0; slot < run.peers.slots; slot++) {
                in += run.oracle.isIn(run.peers.membership(peer, slot)) ? 1 : 0;
            }
        }
        between("peers", peers, connected, connected);
        between("memberships", memberships, in, in);
    }

    /** Whether the scenario has nobody who goes, or does not read, without the node's knowing it at once, and nobody is on the way. */
    private boolean everyEndIsSeen() {
        Program program = run.program;
        if (program.uses(Opcode.RESUME)
                || program.uses(Opcode.STALL)
                || program.uses(Opcode.READ_SLOWLY)
                || program.uses(Opcode.MISBEHAVE)) {
            return false;
        }
        for (int step = 0; step < program.steps(); step++) {
            if (program.opcode(step) == Opcode.DISCONNECT && program.a(step) == Ending.HALF_OPEN.ordinal()) {
                return false;
            }
        }
        for (int peer = 0; peer < run.peers.count(); peer++) {
            byte link = run.peers.link[peer];
            if (link != Peers.OFFLINE && link != Peers.ONLINE || run.peers.waiting[peer] == Peers.WELCOME) {
                return false;
            }
            for (int slot = 0; slot < run.peers.slots; slot++) {
                byte room = run.peers.room[run.peers.membership(peer, slot)];
                if (room == Peers.JOINING || room == Peers.LEAVING) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What waits on a node is within its bounds. While the world rests. */
    void bounds() {
        Limits limits = cluster.limits();
        for (VirtualNode node : cluster.nodes()) {
            if (!node.isUp()) {
                continue;
            }
            NodeStats stats = node.stats().get(node.stats().size() - 1);
            long ofPeers = stats.peers() * ((long) limits.outboundBytesPerPeer() + cluster.networkBytes());
            long most = Math.min(limits.outboundBytesPerNode(), ofPeers);
            if (stats.outboundBytes() > most) {
                run.findings.add(
                        "bound",
                        -1,
                        "",
                        "on node " + node.number() + " " + stats.outboundBytes() + " bytes wait for " + stats.peers()
                                + " peers, expected at most " + most);
            }
        }
    }

    private void between(String what, long counted, long least, long most) {
        if (counted < least || counted > most) {
            run.findings.add(
                    "metrics",
                    -1,
                    "",
                    "the nodes counted " + counted + " " + what + ", expected "
                            + (least == most ? "" + least : least + " to " + most));
        }
    }

    /** Returns a number for all that is left to sign. */
    long signature() {
        return Dice.mix(run.signature() ^ run.oracle.arrived() * 31 ^ run.findings.found());
    }
}
