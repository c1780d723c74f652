package io.roomcast.testkit.load;

import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.socket.ClientSocket;

/** What becomes of a peer when the time of its wait is over: mostly, that what it waited for has not come. One for all peers of a run. Belongs to the run's thread. */
final class Overtime {

    private final LoadRun run;
    private final Program program;

    Overtime(LoadRun run) {
        this.run = run;
        this.program = run.program();
    }

    void over(LoadPeer peer) {
        switch (peer.waiting) {
            case TIME -> peer.go();
            case STALL -> {
                ClientSocket socket = peer.client.socket();
                if (socket != null) {
                    socket.read(true);
                }
                peer.go();
            }
            case REPLY -> {
                run.count(Count.REQUESTS_TIMED_OUT, peer.node, peer.phase);
                peer.requestEnded();
                peer.client.cancel(peer.ref);
                goOn(peer);
            }
            case MESSAGES -> {
                run.count(Count.EXPECTATIONS_MISSED, peer.node, peer.phase);
                peer.places().forgetHeard(program.a(peer.step - 1));
                goOn(peer);
            }
            case BARRIER -> {
                run.count(Count.BARRIERS_MISSED, peer.node, peer.phase);
                run.barriers().leave(program.a(peer.step - 1), peer);
                goOn(peer);
            }
            case WELCOME, RECONNECT -> {
                run.record(Metric.CONNECT, peer.node, peer.phase, run.now() - peer.planned);
                run.complain("a connection was not welcomed in time");
                cut(peer);
            }
            case JOINED -> {
                run.record(Metric.JOIN, peer.node, peer.phase, run.now() - peer.planned);
                run.count(Count.JOINS_REFUSED, peer.node, peer.phase);
                peer.giveUp("a join was not answered in time");
            }
            case LEFT -> peer.giveUp("a leave was not answered in time");
            case PAGE -> peer.giveUp("a page of a history did not come in time");
            case REJOIN -> peer.giveUp("a join was not answered in time");
            case ENDING -> {
                run.count(Count.ERRORS, peer.node, peer.phase);
                run.complain("the server did not end a connection that it had to end");
                cut(peer);
            }
            case BACKOFF -> {
                peer.planned = run.now();
                peer.connect(Wait.RECONNECT);
            }
            case NOTHING, OVER -> {}
        }
    }

    private void goOn(LoadPeer peer) {
        peer.planned = run.now();
        peer.go();
    }

    private static void cut(LoadPeer peer) {
        ClientSocket socket = peer.client.socket();
        if (socket != null) {
            socket.cut();
        }
    }
}
