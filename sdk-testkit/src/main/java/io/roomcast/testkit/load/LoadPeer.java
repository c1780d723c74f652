package io.roomcast.testkit.load;

import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.socket.ClientSocket;
import io.roomcast.testkit.socket.Ending;
import io.roomcast.testkit.socket.SocketPeer;
import io.roomcast.testkit.socket.Timer;
import java.nio.ByteBuffer;

/**
 * One peer on its way through the program: where it is, what it waits for, and what it hears. What its steps do is told by {@link Steps}, what becomes of waits that take too long by
 * {@link Overtime}, and how it comes back after a lost connection by {@link Comeback}: there is one of each for all peers of a run, and they change what is here. Belongs to the run's
 * thread, like all of them.
 *
 * <p>{@link #planned} is its own clock: when what it does next was to be done. A wait moves it by as long as was drawn, however late the timer was, so that a generator
 * that is late owes the server nothing; an answer moves it to when the answer came.
 */
final class LoadPeer extends Timer implements SocketPeer.Listener {

    private static final int MOST_STEPS_AT_ONCE = 1000;

    private final LoadRun run;
    private final int number;
    private final Places places;
    final int node;
    final int[] registers;
    final Draws draws;
    final SocketPeer client;
    final Sending sending;
    final SlowReading reading;
    final Reconnection reconnection = new Reconnection();
    /** The step that comes next. */
    int step;

    long planned;
    Wait waiting = Wait.NOTHING;
    /** When it gives up waiting, or goes on. */
    long wakeAt;

    Interruption interruption = Interruption.NONE;
    int phase;
    long askedAt;
    /** Of its last join, leave, request or reading of a history. */
    int ref;

    int rejoining;
    boolean expectsEnding;
    /** The code with which the server is to end the connection; 0 = it does not matter. */
    int deserved;

    /** It comes back because its program says so, not because it lost its connection. */
    boolean resuming;

    LoadPeer(LoadRun run, int number, long planned) {
        Program program = run.program();
        this.run = run;
        this.number = number;
        this.node = run.nodeOf(number);
        this.planned = planned;
        this.registers = new int[program.registers()];
        this.draws = new Draws(run.dice(), number);
        this.places = new Places(this, program.slots());
        this.client = new SocketPeer(run.loop(), this);
        this.sending = new Sending(run, this, client, places, draws, node);
        this.reading = new SlowReading(run);
        this.step = program.entry(draws.of(program::drawBehaviour));
    }

    int number() {
        return number;
    }

    String id() {
        return client.id();
    }

    Places places() {
        return places;
    }

    // ---- its way

    /** Goes on until it waits for something. */
    void go() {
        waiting = Wait.NOTHING;
        for (int steps = 0; waiting == Wait.NOTHING; steps++) {
            if (steps == MOST_STEPS_AT_ONCE) {
                // A loop without a wait: as fast as it can, and the others have their turn.
                planned = run.now();
                await(Wait.TIME, planned);
                return;
            }
            phase = run.phaseAt(planned);
            run.steps().take(this, step++);
        }
    }

    void await(Wait what, long until) {
        waiting = what;
        wakeAt = until;
        run.schedule(this, until);
    }

    /** What it waits for is there. Where the connection is not, yet, it goes on as soon as it is. */
    private void proceed(long now) {
        if (waiting == Wait.RECONNECT) {
            interruption = Interruption.NONE;
        } else {
            planned = now;
            run.cancel(this);
            go();
        }
    }

    /** What the program waits for, also while the connection is being made again. */
    private Wait awaited() {
        return waiting == Wait.RECONNECT ? interruption.what() : waiting;
    }

    private long since() {
        return waiting == Wait.RECONNECT ? interruption.planned() : planned;
    }

    private int slotAwaited() {
        return run.program().a(step - 1);
    }

    /** Takes down that it does something now. */
    void acts() {
        run.record(Metric.LAG, node, phase, run.now() - planned);
    }

    void connect(Wait what) {
        acts();
        run.count(Count.CONNECTS, node, phase);
        expectsEnding = false;
        client.connect(run.targetOf(number, reconnection.attempts()), run.token(), reading.receiveBufferBytes());
        await(what, run.now() + run.connectTimeoutNanos());
    }

    void join(int slot, Wait what) {
        RoomView room = places.room(slot);
        if (room == null) {
            throw new IllegalStateException("slot " + slot + " of peer " + number + " has no room");
        }
        if (what == Wait.JOINED) {
            acts();
        }
        client.join(room.name, ++ref);
        await(what, run.now() + run.connectTimeoutNanos());
    }

    void expectationMet(int slot) {
        places.forgetHeard(slot);
        run.count(Count.EXPECTATIONS_MET, node, phase);
    }

    void requestEnded() {
        long now = run.now();
        run.openRequests(-1);
        run.record(Metric.REQUEST, node, phase, now - since());
        run.record(Metric.REQUEST_SERVICE, node, phase, now - askedAt);
    }

    @Override
    protected void fire(long dueNanos) {
        run.overtime().over(this);
    }

    /** All have come to the barrier. */
    void released() {
        if (waiting == Wait.BARRIER) {
            run.cancel(this);
            planned = run.now();
            go();
        }
    }

    // ---- its end

    /** All that it had to do is done. */
    void end() {
        finish(Count.PEERS_FINISHED);
    }

    /** Something that cannot be made good stands in its way. */
    void giveUp(String why) {
        run.complain(why);
        finish(Count.PEERS_UNFINISHED);
    }

    private void finish(Count as) {
        waiting = Wait.OVER;
        expectsEnding = true;
        run.forget(this);
        places.outOfAll();
        run.count(as, node, phase);
        ClientSocket socket = client.socket();
        if (socket != null) {
            // To hear the answer to its goodbye.
            reading.rate(0);
            reading.on(socket);
            client.close();
        }
        run.over(this);
    }

    /** The run is over before this peer is. */
    void abandon() {
        if (waiting != Wait.OVER) {
            giveUp("a peer was not done when the patience of the run was over; it waited for " + waiting);
        }
    }

    /** A warm-up is over: it does nothing any more, and hears what is still to come. */
    void fallSilent() {
        waiting = Wait.OVER;
        expectsEnding = true;
        run.forget(this);
    }

    // ---- what it hears

    @Override
    public void onWelcome(SocketPeer from, boolean resumed) {
        run.peers(1);
        reconnection.succeeded();
        if (waiting == Wait.WELCOME || waiting == Wait.RECONNECT) {
            run.comeback().welcomed(this, resumed);
        }
    }

    @Override
    public void onJoined(SocketPeer from, String room, int answered) {
        long now = run.now();
        if (waiting == Wait.REJOIN && answered == ref) {
            run.count(Count.JOINS, node, phase);
            places.enter(rejoining, run.room(room), now);
            run.comeback().rejoinNext(this, now);
        } else if (awaited() == Wait.JOINED && answered == ref) {
            run.count(Count.JOINS, node, phase);
            run.record(Metric.JOIN, node, phase, now - since());
            places.enter(slotAwaited(), run.room(room), now);
            proceed(now);
        }
    }

    @Override
    public void onLeft(SocketPeer from, String room, int answered) {
        int slot = places.slotOf(room);
        if (slot >= 0) {
            places.forget(slot);
        }
        if (awaited() == Wait.LEFT && answered == ref) {
            proceed(run.now());
        }
    }

    @Override
    public void onMessage(SocketPeer from, String room, String event, ByteBuffer payload) {
        long now = run.now();
        int bytes = payload.remaining();
        int at = run.phaseAt(now);
        run.count(Count.MESSAGES_RECEIVED, node, at);
        run.count(Count.BYTES_RECEIVED, node, at, bytes);
        run.record(Metric.PAYLOAD, node, at, bytes);
        int slot = places.slotOf(room);
        if (slot >= 0) {
            places.hear(slot);
        }
        if (bytes >= Stamp.BYTES) {
            // Whoever is not in the room, by its own knowledge, may get it and need not.
            run.delivered(payload, this, places.joinedAt(slot), node, now);
        }
        if (awaited() == Wait.MESSAGES
                && slot == slotAwaited()
                && places.heard(slot) >= run.program().b(step - 1)) {
            expectationMet(slot);
            proceed(now);
        }
    }

    @Override
    public void onReply(SocketPeer from, int request, int code, ByteBuffer payload) {
        if (awaited() != Wait.REPLY || request != ref) {
            return;
        }
        if (code == 0) {
            run.count(Count.REPLIES, node, phase);
            run.count(Count.BYTES_RECEIVED, node, phase, payload.remaining());
        } else {
            run.count(Count.REQUESTS_REFUSED, node, phase);
            run.complain("a request was refused with code " + code);
        }
        requestEnded();
        proceed(run.now());
    }

    @Override
    public void onPage(SocketPeer from, String room, int answered, int messages) {
        run.count(Count.PAGES, node, phase);
        if (awaited() == Wait.PAGE && answered == ref) {
            proceed(run.now());
        }
    }

    @Override
    public void onError(SocketPeer from, int code, String text, int answered, String room) {
        if (expectsEnding) {
            return;
        }
        run.count(Count.ERRORS, node, phase);
        if (answered != 0 && answered == ref && waiting == Wait.PAGE) {
            giveUp("a history was not shown: error " + code + ": " + text);
        } else if (answered != 0 && answered == ref && (waiting == Wait.JOINED || waiting == Wait.REJOIN)) {
            run.count(Count.JOINS_REFUSED, node, phase);
            giveUp("a join was refused with error " + code + ": " + text);
        } else {
            run.complain("error " + code + ": " + text);
        }
    }

    @Override
    public void onGap(SocketPeer from, String room, long missed) {
        run.count(Count.GAPS, node, phase);
        run.count(Count.MESSAGES_MISSED, node, phase, missed);
    }

    @Override
    public void onGoAway(SocketPeer from, int reconnectAfterMillis) {
        run.count(Count.GO_AWAYS, node, phase);
    }

    @Override
    public void onEnded(SocketPeer from, boolean wasWelcomed, Ending ending) {
        if (wasWelcomed) {
            run.peers(-1);
        }
        if (waiting == Wait.OVER) {
            return;
        }
        if (waiting == Wait.ENDING) {
            ended(ending);
        } else if (!expectsEnding) {
            run.comeback().lost(this, ending);
        }
    }

    /** The connection has ended that was to end. */
    private void ended(Ending ending) {
        int expected = deserved;
        deserved = 0;
        if (expected != 0 && ending.kind() == Ending.Kind.CLOSED && ending.code() != expected) {
            giveUp("a bad client was closed with " + ending.code() + ", expected " + expected);
            return;
        }
        places.outOfAll();
        run.cancel(this);
        planned = run.now();
        go();
    }
}
