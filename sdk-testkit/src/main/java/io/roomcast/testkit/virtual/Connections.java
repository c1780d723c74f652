package io.roomcast.testkit.virtual;

import io.roomcast.CloseCode;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.scenario.Ending;
import org.jspecify.annotations.Nullable;

/** The clients' connections: how they come and end, and come again. Belongs to the world's thread. */
final class Connections {

    /** How long a node may take for an answer before something is wrong: links are instant. */
    private static final int ANSWER_MILLIS = 60_000;

    private static final int LEAST_BACKOFF_MILLIS = 100;
    private static final int BACKOFF_MILLIS = 1000;

    /** What a peer's connection ended with, in a signature. */
    private static final int CLOSED = 8;

    private final RunState run;
    private final Peers peers;
    private final Dialling dialling;
    private final Speaking speaking;
    private final Reading reading;

    private Line.@Nullable Lines lines;
    private @Nullable Script script;

    Connections(RunState run, Dialling dialling, Speaking speaking, Reading reading) {
        this.run = run;
        this.peers = run.peers;
        this.dialling = dialling;
        this.speaking = speaking;
        this.reading = reading;
    }

    /** Says who hears, and who is told what peers wait for; before anything else. */
    void begin(Line.Lines whoHears, Script whoIsTold) {
        lines = whoHears;
        script = whoIsTold;
    }

    Script script() {
        Script told = script;
        if (told == null) {
            throw new IllegalStateException("begin was not called");
        }
        return told;
    }

    // ---- connecting

    /** Connects; {@link Script#proceed} when it is welcomed. */
    void connect(int peer) {
        open(peer, Peers.ONLINE);
    }

    /** Connects and joins the rooms again in which it was; {@link Script#back} when it is in. */
    void comeBack(int peer) {
        open(peer, Peers.RETURNING);
    }

    private void open(int peer, byte link) {
        VirtualNode node = dialling.place(peer);
        peers.connects[peer]++;
        Line line = node == null ? null : line(peer, node);
        if (node == null || line == null) {
            run.count(Count.CONNECTS_FAILED, peer);
            backOff(peer);
            return;
        }
        StreamState stream = peers.stream(peer);
        run.count(Count.CONNECTS, peer);
        run.note(peer, "connects to node " + node.number());
        peers.connection[peer] = line;
        peers.link[peer] = link;
        boolean resumes = stream != null && !stream.token().isEmpty();
        speaking.sendUnnumbered(peer, ClientWire.hello((resumes ? VirtualNode.RESUMES : "") + peer, stream));
        awaitAnswer(peer);
    }

    private @Nullable Line line(int peer, VirtualNode node) {
        peers.node[peer] = (short) node.number();
        StreamState stream = peers.stream(peer);
        if (stream != null && run.tampered && stream.isElsewhere(node.tag())) {
            stream.begin("", "", 0);
            loseSession(peer, true);
        }
        Line.Lines whoHears = lines;
        if (whoHears == null) {
            throw new IllegalStateException("begin was not called");
        }
        return dialling.open(peer, node, whoHears);
    }

    private void backOff(int peer) {
        // Before the first welcome there is nothing to come back to, and the alarm that waited for it is over.
        peers.link[peer] = Peers.BACKING_OFF;
        run.alarm(peer, LEAST_BACKOFF_MILLIS + (int) run.draws.below(peer, BACKOFF_MILLIS));
    }

    /** The alarm of a peer went off that is on its way back. */
    void alarmOnTheWayBack(int peer) {
        if (peers.link[peer] != Peers.BACKING_OFF) {
            run.find("unanswered", peer, "its hello or join was not answered within " + ANSWER_MILLIS + " ms");
            cut(peer);
            forget(peer, true, true);
        }
        open(peer, Peers.RETURNING);
    }

    /** A peer waits for an answer that does not come. */
    void unanswered(int peer) {
        run.find("unanswered", peer, "its hello, join, leave or wish was not answered within " + ANSWER_MILLIS + " ms");
        cut(peer);
    }

    /** Starts to wait for an answer of the server on the way back. */
    void awaitAnswer(int peer) {
        run.alarm(peer, ANSWER_MILLIS);
    }

    /** Starts to wait for an answer of the server. */
    void await(int peer, byte what) {
        peers.waiting[peer] = what;
        if (peers.link[peer] == Peers.ONLINE && run.wheel.due(peer) == PeerWheel.NEVER) {
            run.wheel.set(peer, run.millis() + ANSWER_MILLIS);
        }
    }

    // ---- ending

    /** Ends the connection as the peer wants it. */
    void end(int peer, Ending ending) {
        Line line = peers.connection[peer];
        if (line != null) {
            switch (ending) {
                case CLOSE -> {
                    run.note(peer, "closes its connection");
                    line.close(CloseCode.GOING_AWAY, "");
                }
                case ABRUPT -> {
                    run.note(peer, "cuts its connection");
                    line.cut();
                }
                case RESET -> {
                    run.note(peer, "resets its connection");
                    line.reset();
                }
                case HALF_OPEN -> {
                    // The server is not told.
                    run.note(peer, "vanishes");
                    line.stall();
                }
            }
        }
        forget(peer, ending != Ending.CLOSE, ending != Ending.HALF_OPEN);
    }

    /** Ends the connection of a peer that does not come back to its rooms. */
    void endForGood(int peer) {
        cut(peer);
        forget(peer, false, true);
    }

    private void cut(int peer) {
        Line line = peers.connection[peer];
        if (line != null) {
            line.cut();
        }
    }

    private void forget(int peer, boolean keepRooms, boolean told) {
        StreamState stream = peers.stream(peer);
        if (keepRooms && stream != null && !stream.token().isEmpty()) {
            // As long as nothing else is known the session goes on, and so does what is owed to it.
            stream.lost(run.millis(), told);
            peers.connection[peer] = null;
            peers.link[peer] = Peers.OFFLINE;
            reading.lost(peer);
            return;
        }
        if (stream != null) {
            stream.begin("", "", 0);
        }
        loseSession(peer, keepRooms);
    }

    /** The session is lost: what was owed to it is not owed any more. */
    void loseSession(int peer, boolean keepRooms) {
        peers.connection[peer] = null;
        peers.link[peer] = Peers.OFFLINE;
        peers.slow[peer] = Peers.READS_ALL;
        run.sends.gone(peer);
        for (int slot = 0; slot < peers.slots; slot++) {
            int membership = peers.membership(peer, slot);
            byte was = peers.room[membership];
            if (was == Peers.IN || was == Peers.JOINING || was == Peers.LEAVING) {
                peers.expectedFrom[membership] -= run.oracle.arrivedIn(membership);
                run.oracle.out(membership);
            }
            peers.room[membership] = keepRooms && was != Peers.OUT && was != Peers.LEAVING ? Peers.AWAY : Peers.OUT;
        }
    }

    /** The connection has ended, and not because the peer wanted it. */
    void lost(int peer, int code) {
        run.sign(peer, CLOSED, 0, code);
        int due = run.wheel.due(peer);
        run.wheel.cancel(peer);
        byte was = peers.link[peer];
        if (peers.waiting[peer] == Peers.SERVER_CLOSES) {
            forget(peer, false, true);
            script().closed(peer, code);
            return;
        }
        forget(peer, true, true);
        run.count(Count.CONNECTIONS_LOST, peer);
        if (was == Peers.ONLINE) {
            peers.savedDue[peer] = due;
        }
        backOff(peer);
    }
}
