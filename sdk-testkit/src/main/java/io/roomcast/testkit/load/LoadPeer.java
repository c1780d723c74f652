package io.roomcast.testkit.load;

import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.scenario.Misdeed;
import io.roomcast.testkit.scenario.Subprotocol;
import io.roomcast.testkit.socket.ClientSocket;
import io.roomcast.testkit.socket.Ending;
import io.roomcast.testkit.socket.SocketPeer;
import io.roomcast.testkit.socket.Timer;
import java.nio.ByteBuffer;

/**
 * One peer on its way through the program. Belongs to the run's thread.
 *
 * <p>{@link #planned} is its own clock: when what it does next was to be done. A wait moves it by as long as was drawn, however late the timer was, so that a generator
 * that is late owes the server nothing; an answer moves it to when the answer came. A connection that is lost while there is something left to do is made again,
 * after the delays of the protocol; its session goes on where the server has kept it, else its rooms are joined anew.
 */
final class LoadPeer extends Timer implements SocketPeer.Listener {

    private static final long MILLI = 1_000_000;
    private static final int MOST_STEPS_AT_ONCE = 1000;
    /** Nodes ping after 25 s and wait for 10 s, unless set otherwise. */
    private static final long SILENCE = 90_000 * MILLI;

    private final LoadRun run;
    private final Program program;
    private final int number;
    private final int node;
    private final int[] registers;
    private final Draws draws;
    private final Places places;
    private final SocketPeer peer;
    private final Sending sending;
    private final SlowReading reading;
    private final Reconnection reconnection = new Reconnection();
    private int step;
    private long planned;
    private Wait waiting = Wait.NOTHING;
    private Interruption interruption = Interruption.NONE;
    private long wakeAt;
    private int phase;
    private long askedAt;
    private int ref;
    private int rejoining;
    private boolean expectsEnding;
    /** The code with which the server is to end the connection; 0 = it does not matter. */
    private int deserved;

    /** It comes back because its program says so, not because it lost its connection. */
    private boolean resuming;

    LoadPeer(LoadRun run, int number, long planned) {
        this.run = run;
        this.program = run.program();
        this.number = number;
        this.node = run.nodeOf(number);
        this.planned = planned;
        this.registers = new int[program.registers()];
        this.draws = new Draws(run.dice(), number);
        this.places = new Places(this, program.slots());
        this.peer = new SocketPeer(run.loop(), this);
        this.sending = new Sending(run, this, peer, places, draws, node);
        this.reading = new SlowReading(run);
        this.step = program.entry(draws.of(program::drawBehaviour));
    }

    int number() {
        return number;
    }

    String id() {
        return peer.id();
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
            take(step++);
        }
    }

    private void take(int at) {
        Opcode opcode = program.opcode(at);
        int a = program.a(at);
        phase = run.phaseAt(planned);
        switch (opcode) {
            case END -> end();
            case CONNECT -> {
                peer.speak(Subprotocol.values()[a]);
                connect(Wait.WELCOME);
            }
            case JOIN -> {
                int key = draws.of(dice -> run.key(program.b(at), number, dice));
                places.choose(a, run.room(program.b(at), key));
                join(a, Wait.JOINED);
            }
            case LEAVE -> leave(a);
            case BROADCAST -> {
                sends();
                sending.broadcast(a, program.event(program.b(at)), program.c(at), planned, phase);
            }
            case SEND -> {
                sends();
                sending.send(a, program.event(program.b(at)), program.c(at), planned, phase);
            }
            case REQUEST -> request(a, program.event(program.b(at)), program.c(at), program.nanos(program.d(at)));
            case EXPECT -> {
                if (places.heard(a) >= program.b(at)) {
                    expectationMet(a);
                } else {
                    await(Wait.MESSAGES, planned + program.nanos(program.d(at)));
                }
            }
            case HISTORY -> readHistory(a, program.b(at));
            case WAIT -> {
                planned += drawTime(a);
                await(Wait.TIME, planned);
            }
            case LOOP -> {
                registers[a] = (int) draws.of(program.spread(program.b(at)));
                if (registers[a] == 0) {
                    step = program.c(at);
                }
            }
            case AGAIN -> {
                if (--registers[a] != 0) {
                    step = program.b(at);
                }
            }
            case LOOP_UNTIL -> registers[a] = (int) ((planned + drawTime(program.b(at))) / MILLI);
            case AGAIN_UNTIL -> {
                if (planned / MILLI < registers[a]) {
                    step = program.b(at);
                }
            }
            case BRANCH -> {
                step = draws.of(program.branch(a)::draw);
            }
            case JUMP -> step = a;
            case BARRIER -> {
                if (run.playing().isWarmUp()) {
                    // As many as it waits for do not come.
                    return;
                }
                waiting = Wait.BARRIER;
                run.schedule(this, planned + program.barrier(a).timeout().toNanos());
                run.barriers().arrive(a, this);
            }
            case DISCONNECT -> disconnect(io.roomcast.testkit.scenario.Ending.values()[a]);
            case RESUME -> {
                run.count(Count.RESUMES, node, phase);
                resuming = true;
                connect(Wait.RECONNECT);
            }
            case STALL -> {
                ClientSocket socket = peer.socket();
                if (socket != null) {
                    socket.read(false);
                }
                planned += drawTime(a);
                await(Wait.STALL, planned);
            }
            case READ_SLOWLY -> {
                reading.rate(a);
                reading.on(peer.socket());
            }
            case MISBEHAVE -> misbehave(Misdeed.values()[a]);
        }
    }

    private long drawTime(int spread) {
        return run.playing().nanos(draws.of(program.spread(spread)));
    }

    private void await(Wait what, long until) {
        waiting = what;
        wakeAt = until;
        run.schedule(this, until);
    }

    private void acts() {
        run.record(Metric.LAG, node, phase, run.now() - planned);
    }

    /** Takes down that it sends or asks now. */
    private void sends() {
        run.planned(planned, node, phase);
        acts();
    }

    private void connect(Wait what) {
        acts();
        run.count(Count.CONNECTS, node, phase);
        expectsEnding = false;
        peer.connect(run.targetOf(number, reconnection.attempts()), run.token(), reading.receiveBufferBytes());
        await(what, run.now() + run.connectTimeoutNanos());
    }

    private void join(int slot, Wait what) {
        RoomView room = places.room(slot);
        if (room == null) {
            throw new IllegalStateException("slot " + slot + " of peer " + number + " has no room");
        }
        if (what == Wait.JOINED) {
            acts();
        }
        peer.join(room.name, ++ref);
        await(what, run.now() + run.connectTimeoutNanos());
    }

    private void leave(int slot) {
        acts();
        RoomView room = places.room(slot);
        places.out(slot);
        if (room == null || !peer.isIn(room.name)) {
            return;
        }
        run.count(Count.LEAVES, node, phase);
        peer.leave(room.name, ++ref);
        await(Wait.LEFT, run.now() + run.connectTimeoutNanos());
    }

    private void request(int slot, String event, int payload, long timeout) {
        sends();
        askedAt = run.now();
        if (sending.request(slot, event, payload, ++ref, timeout / MILLI, planned, phase)) {
            await(Wait.REPLY, askedAt + timeout);
        }
    }

    private void readHistory(int slot, int messages) {
        acts();
        RoomView room = places.room(slot);
        if (room == null || !peer.isIn(room.name)) {
            run.complain("a peer was to read the history of a room that the server took it out of");
            run.count(Count.ERRORS, node, phase);
            return;
        }
        peer.readHistory(room.name, ++ref, messages);
        await(Wait.PAGE, run.now() + run.connectTimeoutNanos());
    }

    private void expectationMet(int slot) {
        places.forgetHeard(slot);
        run.count(Count.EXPECTATIONS_MET, node, phase);
    }

    private void disconnect(io.roomcast.testkit.scenario.Ending how) {
        acts();
        places.outOfAll();
        expectsEnding = true;
        ClientSocket socket = peer.socket();
        if (socket == null) {
            return;
        }
        switch (how) {
            case CLOSE -> {
                await(Wait.ENDING, run.now() + run.connectTimeoutNanos());
                peer.close();
            }
            case ABRUPT -> socket.cut();
            case RESET -> socket.reset();
            case HALF_OPEN -> {
                // It stays as it is until the server has had enough of it; this peer goes on without it.
                peer.fallSilent();
                socket.read(false);
                peer.abandon();
                run.peers(-1);
            }
        }
    }

    private void misbehave(Misdeed misdeed) {
        acts();
        ClientSocket socket = peer.socket();
        if (socket == null) {
            return;
        }
        long patience = run.connectTimeoutNanos();
        if (misdeed == Misdeed.PONG_SILENCE) {
            // It still reads: how else would it see its end?
            peer.fallSilent();
            patience = SILENCE;
        }
        BadFrames.of(peer.subprotocol()).send(misdeed, socket);
        if (misdeed == Misdeed.FRAGMENTED) {
            return;
        }
        places.outOfAll();
        expectsEnding = true;
        deserved = misdeed.closeCode();
        await(Wait.ENDING, run.now() + patience);
    }

    /** All that it had to do is done. */
    private void end() {
        finish(Count.PEERS_FINISHED);
    }

    /** Something that cannot be made good stands in its way. */
    private void giveUp(String why) {
        run.complain(why);
        finish(Count.PEERS_UNFINISHED);
    }

    private void finish(Count as) {
        waiting = Wait.OVER;
        expectsEnding = true;
        run.forget(this);
        places.outOfAll();
        run.count(as, node, phase);
        ClientSocket socket = peer.socket();
        if (socket != null) {
            // To hear the answer to its goodbye.
            reading.rate(0);
            reading.on(socket);
            peer.close();
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

    /** Its silence is over too. */
    void goHome() {
        finish(Count.PEERS_FINISHED);
    }

    /** All have come to the barrier. */
    void released() {
        if (waiting == Wait.BARRIER) {
            run.cancel(this);
            planned = run.now();
            go();
        }
    }

    @Override
    protected void fire(long dueNanos) {
        switch (waiting) {
            case TIME -> go();
            case STALL -> {
                ClientSocket socket = peer.socket();
                if (socket != null) {
                    socket.read(true);
                }
                go();
            }
            case REPLY -> {
                run.count(Count.REQUESTS_TIMED_OUT, node, phase);
                requestEnded();
                peer.cancel(ref);
                planned = run.now();
                go();
            }
            case MESSAGES -> {
                run.count(Count.EXPECTATIONS_MISSED, node, phase);
                places.forgetHeard(program.a(step - 1));
                planned = run.now();
                go();
            }
            case BARRIER -> {
                run.count(Count.BARRIERS_MISSED, node, phase);
                run.barriers().leave(program.a(step - 1), this);
                planned = run.now();
                go();
            }
            case WELCOME, RECONNECT -> {
                run.record(Metric.CONNECT, node, phase, run.now() - planned);
                run.complain("a connection was not welcomed in time");
                ClientSocket socket = peer.socket();
                if (socket != null) {
                    socket.cut();
                }
            }
            case JOINED -> {
                run.record(Metric.JOIN, node, phase, run.now() - planned);
                run.count(Count.JOINS_REFUSED, node, phase);
                giveUp("a join was not answered in time");
            }
            case LEFT -> giveUp("a leave was not answered in time");
            case PAGE -> giveUp("a page of a history did not come in time");
            case REJOIN -> giveUp("a join was not answered in time");
            case ENDING -> {
                run.count(Count.ERRORS, node, phase);
                run.complain("the server did not end a connection that it had to end");
                ClientSocket socket = peer.socket();
                if (socket != null) {
                    socket.cut();
                }
            }
            case BACKOFF -> {
                planned = run.now();
                connect(Wait.RECONNECT);
            }
            case NOTHING, OVER -> {}
        }
    }

    private void requestEnded() {
        long now = run.now();
        run.openRequests(-1);
        run.record(Metric.REQUEST, node, phase, now - since());
        run.record(Metric.REQUEST_SERVICE, node, phase, now - askedAt);
    }

    // ---- what it hears

    @Override
    public void onWelcome(SocketPeer from, boolean resumed) {
        long now = run.now();
        run.peers(1);
        reconnection.succeeded();
        if (waiting != Wait.WELCOME && waiting != Wait.RECONNECT) {
            return;
        }
        run.record(Metric.CONNECT, node, phase, now - planned);
        reading.on(peer.socket());
        run.cancel(this);
        if (waiting == Wait.WELCOME) {
            planned = now;
            go();
            return;
        }
        if (resuming && !resumed) {
            run.count(Count.RESUMES_FAILED, node, phase);
        }
        resuming = false;
        if (resumed) {
            for (int slot = 0; slot < places.slots(); slot++) {
                RoomView room = places.room(slot);
                if (room != null && !places.isIn(slot) && peer.isIn(room.name)) {
                    places.enter(slot, room, now);
                }
            }
            goOn(now);
        } else {
            sessionLost();
            rejoining = -1;
            rejoinNext(now);
        }
    }

    /** What was asked in it is not answered any more. */
    private void sessionLost() {
        places.outOfAll();
        switch (interruption.what()) {
            case REPLY -> {
                run.count(Count.REQUESTS_TIMED_OUT, node, phase);
                requestEnded();
            }
            case MESSAGES -> run.count(Count.EXPECTATIONS_MISSED, node, phase);
            case LEFT -> places.forget(program.a(step - 1));
            case TIME -> {
                // It goes on as if nothing had been.
                return;
            }
            default -> {}
        }
        interruption = Interruption.NONE;
    }

    private void rejoinNext(long now) {
        for (int slot = rejoining + 1; slot < places.slots(); slot++) {
            if (places.room(slot) != null) {
                rejoining = slot;
                join(slot, Wait.REJOIN);
                return;
            }
        }
        goOn(now);
    }

    /** Waits again for what it waited for when the connection was lost. */
    private void goOn(long now) {
        Interruption was = interruption;
        interruption = Interruption.NONE;
        run.cancel(this);
        switch (was.what()) {
            case TIME, STALL -> {
                planned = was.until();
                await(Wait.TIME, Math.max(now, planned));
            }
            case JOINED, LEFT, REPLY, PAGE, MESSAGES -> {
                planned = was.planned();
                await(was.what(), Math.max(now, was.until()));
            }
            default -> {
                planned = now;
                go();
            }
        }
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

    @Override
    public void onJoined(SocketPeer from, String room, int answered) {
        long now = run.now();
        if (waiting == Wait.REJOIN && answered == ref) {
            run.count(Count.JOINS, node, phase);
            places.enter(rejoining, run.room(room), now);
            rejoinNext(now);
        } else if (awaited() == Wait.JOINED && answered == ref) {
            int slot = program.a(step - 1);
            run.count(Count.JOINS, node, phase);
            run.record(Metric.JOIN, node, phase, now - since());
            places.enter(slot, run.room(room), now);
            proceed(now);
        }
    }

    @Override
    public void onLeft(SocketPeer from, String room, int answered) {
        int slot = places.slotOf(room);
        if (awaited() == Wait.LEFT && answered == ref) {
            if (slot >= 0) {
                places.forget(slot);
            }
            proceed(run.now());
        } else if (slot >= 0) {
            places.forget(slot);
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
        if (awaited() == Wait.MESSAGES && slot == program.a(step - 1) && places.heard(slot) >= program.b(step - 1)) {
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
        } else if (!expectsEnding) {
            lost(ending);
        }
    }

    private void lost(Ending ending) {
        boolean connecting = waiting == Wait.WELCOME || waiting == Wait.RECONNECT;
        run.count(connecting ? Count.CONNECTS_FAILED : Count.CONNECTIONS_LOST, node, phase);
        run.complain((connecting ? "a connection failed: " : "a connection was lost: ") + ending);
        if (waiting == Wait.WELCOME && run.nobodyCameThrough()) {
            giveUp("a peer never came through");
            return;
        }
        if (!reconnection.isAllowedAfter(ending)) {
            giveUp("a peer gave up after " + ending);
            return;
        }
        if (waiting != Wait.BACKOFF && waiting != Wait.RECONNECT && waiting != Wait.REJOIN) {
            if (waiting == Wait.BARRIER) {
                run.barriers().leave(program.a(step - 1), this);
            }
            interruption = waiting == Wait.WELCOME || waiting == Wait.BARRIER
                    ? Interruption.NONE
                    : new Interruption(waiting, wakeAt, planned);
        }
        if (!peer.canResume() || reconnection.isLate()) {
            // Its session is gone, or may be by the time that it is back.
            places.outOfAll();
        }
        long delay = reconnection.nextDelay(draws.begin());
        draws.done();
        await(Wait.BACKOFF, run.now() + delay);
    }
}
