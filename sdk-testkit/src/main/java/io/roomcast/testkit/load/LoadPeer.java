package io.roomcast.testkit.load;

import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.socket.ClientSocket;
import io.roomcast.testkit.socket.Ending;
import io.roomcast.testkit.socket.SocketPeer;
import io.roomcast.testkit.socket.Timer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One peer on its way through the program. Belongs to the run's thread.
 *
 * <p>{@link #planned} is its own clock: when what it does next was to be done. A wait moves it by as long as was drawn, however late the timer was, so that a generator
 * that is late owes the server nothing; an answer moves it to when the answer came. A connection that is lost while there is something left to do is made again,
 * after the delays of the protocol; its session goes on where the server has kept it, else its rooms are joined anew.
 */
final class LoadPeer extends Timer implements SocketPeer.Listener {

    /** What it waits for. */
    private enum Wait {
        NOTHING,
        WELCOME,
        JOINED,
        LEFT,
        REPLY,
        MESSAGES,
        TIME,
        BARRIER,
        /** Stops reading. */
        STALL,
        /** The server is to end the connection, or has been asked to. */
        ENDING,
        /** A lost connection is not begun again yet. */
        BACKOFF,
        /** It has been begun again. */
        RECONNECT,
        /** Its rooms are being joined anew. */
        REJOIN,
        OVER
    }

    private static final long MILLI = 1_000_000;
    private static final int MOST_STEPS_AT_ONCE = 1000;
    private static final int MOST_ATTEMPTS = 8;
    /** As long as it has tried no more often, what it is owed comes within the time of a delivery. */
    private static final int ATTEMPTS_IN_TIME = 2;

    private static final long FIRST_DELAY = 500 * MILLI;
    private static final long LONGEST_DELAY = 30_000 * MILLI;
    /** Nodes ping after 25 s and wait for 10 s, unless set otherwise. */
    private static final long SILENCE = 90_000 * MILLI;

    private static final int RATE_PARTS = 10;

    private final LoadRun run;
    private final Program program;
    private final int number;
    private final int node;
    private final int[] registers;
    private final @Nullable RoomView[] rooms;
    private final int[] places;
    private final int[] heard;
    private final long[] joinedAt;
    private final SocketPeer peer;
    private int step;
    private int dicePosition;
    private long planned;
    private Wait waiting = Wait.NOTHING;
    /** What the program waited for when the connection was lost, and until when. */
    private Wait interrupted = Wait.NOTHING;

    private long wakeAt;
    private int phase;
    private long askedAt;
    private int ref;
    private int serial;
    private int attempts;
    private int rejoining;
    private boolean expectsEnding;
    private int readRate;
    private @Nullable SlowReading slowReading;

    LoadPeer(LoadRun run, int number, long planned) {
        this.run = run;
        this.program = run.program();
        this.number = number;
        this.node = run.nodeOf(number);
        this.planned = planned;
        this.registers = new int[program.registers()];
        this.rooms = new RoomView[program.slots()];
        this.places = new int[program.slots()];
        this.heard = new int[program.slots()];
        this.joinedAt = new long[program.slots()];
        this.peer = new SocketPeer(run.loop(), this);
        this.step = program.entry(program.drawBehaviour(dice()));
        keep();
    }

    int number() {
        return number;
    }

    String id() {
        return peer.id();
    }

    // ---- its place in rooms

    void place(int slot, int place) {
        places[slot] = place;
    }

    void moved(RoomView room, int place) {
        for (int slot = 0; slot < rooms.length; slot++) {
            if (rooms[slot] == room && joinedAt[slot] >= 0) {
                places[slot] = place;
            }
        }
    }

    private void enter(int slot, RoomView room, long now) {
        rooms[slot] = room;
        joinedAt[slot] = now;
        heard[slot] = 0;
        room.enter(this, slot);
    }

    private @Nullable RoomView out(int slot) {
        RoomView room = rooms[slot];
        if (room != null && joinedAt[slot] >= 0) {
            joinedAt[slot] = -1;
            room.leave(this, places[slot]);
        }
        return room;
    }

    private void outOfAll() {
        for (int slot = 0; slot < rooms.length; slot++) {
            out(slot);
        }
    }

    private int slotOf(String room) {
        for (int slot = 0; slot < rooms.length; slot++) {
            RoomView view = rooms[slot];
            if (view != null && view.name.equals(room)) {
                return slot;
            }
        }
        return -1;
    }

    // ---- its dice

    private Dice dice() {
        return run.dice().at(number, dicePosition);
    }

    private void keep() {
        dicePosition = run.dice().position();
    }

    private long draw(int distribution) {
        long drawn = program.spread(distribution).draw(dice());
        keep();
        return drawn;
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
            case CONNECT -> connect(Wait.WELCOME);
            case JOIN -> {
                int key = run.key(program.b(at), number, dice());
                keep();
                rooms[a] = run.room(program.room(program.b(at)).name(key));
                joinedAt[a] = -1;
                join(a, Wait.JOINED);
            }
            case LEAVE -> leave(a);
            case BROADCAST -> broadcast(a, program.event(program.b(at)), program.c(at));
            case SEND -> send(a, program.event(program.b(at)), program.c(at));
            case REQUEST -> request(a, program.event(program.b(at)), program.c(at), program.nanos(program.d(at)));
            case EXPECT -> {
                if (heard[a] >= program.b(at)) {
                    expectationMet(a);
                } else {
                    await(Wait.MESSAGES, planned + program.nanos(program.d(at)));
                }
            }
            case WAIT -> {
                planned += draw(a);
                await(Wait.TIME, planned);
            }
            case LOOP -> {
                registers[a] = (int) draw(program.b(at));
                if (registers[a] == 0) {
                    step = program.c(at);
                }
            }
            case AGAIN -> {
                if (--registers[a] != 0) {
                    step = program.b(at);
                }
            }
            case LOOP_UNTIL -> registers[a] = (int) ((planned + draw(program.b(at))) / MILLI);
            case AGAIN_UNTIL -> {
                if (planned / MILLI < registers[a]) {
                    step = program.b(at);
                }
            }
            case BRANCH -> {
                step = program.branch(a).draw(dice());
                keep();
            }
            case JUMP -> step = a;
            case BARRIER -> {
                waiting = Wait.BARRIER;
                run.schedule(this, planned + program.barrier(a).timeout().toNanos());
                run.arrive(a, this);
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
                planned += draw(a);
                await(Wait.STALL, planned);
            }
            case READ_SLOWLY -> {
                readRate = a;
                readSlowly();
            }
            case MISBEHAVE -> misbehave(io.roomcast.testkit.scenario.Misdeed.values()[a]);
        }
    }

    private void await(Wait what, long until) {
        waiting = what;
        wakeAt = until;
        run.schedule(this, until);
    }

    private void acts() {
        run.record(Metric.LAG, node, phase, run.now() - planned);
    }

    private void connect(Wait what) {
        acts();
        run.count(Count.CONNECTS, node, phase);
        expectsEnding = false;
        peer.connect(run.targetOf(number, attempts), run.token(), readRate > 0 ? 2 * readRate : 0);
        await(what, run.now() + run.connectTimeoutNanos());
    }

    private void join(int slot, Wait what) {
        RoomView room = rooms[slot];
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
        RoomView room = out(slot);
        if (room == null || !peer.isIn(room.name)) {
            return;
        }
        run.count(Count.LEAVES, node, phase);
        peer.leave(room.name, ++ref);
        await(Wait.LEFT, run.now() + run.connectTimeoutNanos());
    }

    private void broadcast(int slot, String event, int payload) {
        RoomView room = sending(slot);
        if (room == null) {
            return;
        }
        int owed = room.size() - (run.everybody() ? 0 : 1);
        long now = run.now();
        peer.send(room.name, event, "", stamped(payload, now));
        run.ledger().sent(number, serial, room, null, node, phase, planned, now, owed);
    }

    private void send(int slot, String event, int payload) {
        RoomView room = sending(slot);
        if (room == null) {
            return;
        }
        LoadPeer to = this;
        if (room.size() > 1) {
            int drawn = (int) dice().below(room.size() - 1L);
            keep();
            to = room.member(drawn >= places[slot] ? drawn + 1 : drawn);
        }
        long now = run.now();
        peer.send(room.name, event, to.id(), stamped(payload, now));
        run.ledger().sent(number, serial, room, to, node, phase, planned, now, 1);
    }

    /** Takes down that it sends now; returns the room, null if it is not in it any more. */
    private @Nullable RoomView sending(int slot) {
        run.planned(planned, node, phase);
        acts();
        RoomView room = rooms[slot];
        if (room == null || joinedAt[slot] < 0 || !peer.isIn(room.name)) {
            run.complain("a peer was to send into a room that the server took it out of");
            run.count(Count.ERRORS, node, phase);
            return null;
        }
        run.count(Count.MESSAGES_SENT, node, phase);
        run.record(Metric.ROOM_SIZE, node, phase, room.size());
        return room;
    }

    private ByteBuffer stamped(int payload, long now) {
        ByteBuffer bytes = run.payload(payload, dice());
        keep();
        Stamp.write(bytes.duplicate(), number, ++serial, planned, now);
        run.count(Count.BYTES_SENT, node, phase, bytes.remaining());
        return bytes;
    }

    private void request(int slot, String event, int payload, long timeout) {
        run.planned(planned, node, phase);
        acts();
        RoomView room = rooms[slot];
        if (room == null || !peer.isIn(room.name)) {
            run.complain("a peer was to ask in a room that the server took it out of");
            run.count(Count.ERRORS, node, phase);
            return;
        }
        askedAt = run.now();
        run.count(Count.REQUESTS, node, phase);
        run.openRequests(1);
        peer.request(room.name, event, ++ref, (int) (timeout / MILLI), stamped(payload, askedAt));
        await(Wait.REPLY, askedAt + timeout);
    }

    private void expectationMet(int slot) {
        heard[slot] = 0;
        run.count(Count.EXPECTATIONS_MET, node, phase);
    }

    private void disconnect(io.roomcast.testkit.scenario.Ending how) {
        acts();
        outOfAll();
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

    private void misbehave(io.roomcast.testkit.scenario.Misdeed misdeed) {
        acts();
        ClientSocket socket = peer.socket();
        if (socket == null) {
            return;
        }
        long patience = run.connectTimeoutNanos();
        switch (misdeed) {
            case FRAGMENTED -> {
                BadFrames.fragmented(socket);
                return;
            }
            case PONG_SILENCE -> {
                // It still reads: how else would it see its end?
                peer.fallSilent();
                patience = SILENCE;
            }
            case MALFORMED -> BadFrames.malformed(socket);
            case OVERSIZED -> BadFrames.oversized(socket);
            case UNMASKED -> BadFrames.unmasked(socket);
            case WRONG_TYPE -> BadFrames.wrongType(socket);
            case FLOOD -> BadFrames.flood(socket);
        }
        outOfAll();
        expectsEnding = true;
        await(Wait.ENDING, run.now() + patience);
    }

    private void readSlowly() {
        ClientSocket socket = peer.socket();
        SlowReading reading = slowReading;
        if (reading != null) {
            run.cancel(reading);
            slowReading = null;
        }
        if (socket == null) {
            return;
        }
        if (readRate == 0) {
            socket.read(true);
        } else {
            slowReading = new SlowReading(socket);
            slowReading.fire(run.now());
        }
    }

    /** Reads a tenth of a second's bytes, ten times a second. */
    private final class SlowReading extends Timer {
        private final ClientSocket socket;

        SlowReading(ClientSocket socket) {
            this.socket = socket;
        }

        @Override
        protected void fire(long dueNanos) {
            if (readRate > 0 && socket.isOpen()) {
                socket.readOnce(Math.max(1, readRate / RATE_PARTS));
                run.schedule(this, run.now() + 1000 * MILLI / RATE_PARTS);
            }
        }
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
        run.cancel(this);
        outOfAll();
        run.count(as, node, phase);
        ClientSocket socket = peer.socket();
        if (socket != null) {
            // To hear the answer to its goodbye.
            readRate = 0;
            readSlowly();
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
                heard[program.a(step - 1)] = 0;
                planned = run.now();
                go();
            }
            case BARRIER -> {
                run.count(Count.BARRIERS_MISSED, node, phase);
                run.leaveBarrier(program.a(step - 1), this);
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
        attempts = 0;
        if (waiting != Wait.WELCOME && waiting != Wait.RECONNECT) {
            return;
        }
        run.record(Metric.CONNECT, node, phase, now - planned);
        readSlowly();
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
            for (int slot = 0; slot < rooms.length; slot++) {
                RoomView room = rooms[slot];
                if (room != null && joinedAt[slot] < 0 && peer.isIn(room.name)) {
                    enter(slot, room, now);
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
        outOfAll();
        if (interrupted == Wait.REPLY) {
            run.count(Count.REQUESTS_TIMED_OUT, node, phase);
            requestEnded();
        } else if (interrupted == Wait.MESSAGES) {
            run.count(Count.EXPECTATIONS_MISSED, node, phase);
        } else if (interrupted == Wait.LEFT) {
            rooms[program.a(step - 1)] = null;
        } else if (interrupted == Wait.TIME) {
            return;
        }
        interrupted = Wait.NOTHING;
    }

    private void rejoinNext(long now) {
        for (int slot = rejoining + 1; slot < rooms.length; slot++) {
            if (rooms[slot] != null) {
                rejoining = slot;
                join(slot, Wait.REJOIN);
                return;
            }
        }
        goOn(now);
    }

    /** Waits again for what it waited for when the connection was lost. */
    private void goOn(long now) {
        Wait was = interrupted;
        interrupted = Wait.NOTHING;
        run.cancel(this);
        switch (was) {
            case TIME, STALL -> {
                planned = interruptedUntil;
                await(Wait.TIME, Math.max(now, interruptedUntil));
            }
            case JOINED, LEFT, REPLY, MESSAGES -> {
                planned = interruptedPlan;
                await(was, Math.max(now, interruptedUntil));
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
            interrupted = Wait.NOTHING;
        } else {
            planned = now;
            run.cancel(this);
            go();
        }
    }

    /** What the program waits for, also while the connection is being made again. */
    private Wait awaited() {
        return waiting == Wait.RECONNECT ? interrupted : waiting;
    }

    private long since() {
        return waiting == Wait.RECONNECT ? interruptedPlan : planned;
    }

    private long interruptedUntil;
    private long interruptedPlan;
    private boolean resuming;

    @Override
    public void onJoined(SocketPeer from, String room, int answered) {
        long now = run.now();
        if (waiting == Wait.REJOIN && answered == ref) {
            run.count(Count.JOINS, node, phase);
            enter(rejoining, run.room(room), now);
            rejoinNext(now);
        } else if (awaited() == Wait.JOINED && answered == ref) {
            int slot = program.a(step - 1);
            run.count(Count.JOINS, node, phase);
            run.record(Metric.JOIN, node, phase, now - since());
            enter(slot, run.room(room), now);
            proceed(now);
        }
    }

    @Override
    public void onLeft(SocketPeer from, String room, int answered) {
        int slot = slotOf(room);
        if (awaited() == Wait.LEFT && answered == ref) {
            if (slot >= 0) {
                rooms[slot] = null;
            }
            proceed(run.now());
        } else if (slot >= 0) {
            out(slot);
            rooms[slot] = null;
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
        int slot = slotOf(room);
        if (slot >= 0) {
            heard[slot]++;
        }
        if (bytes >= Stamp.BYTES) {
            // Whoever is not in the room, by its own knowledge, may get it and need not.
            long joined = slot < 0 || joinedAt[slot] < 0 ? Long.MAX_VALUE : joinedAt[slot];
            run.delivered(payload, this, joined, node, now);
        }
        if (awaited() == Wait.MESSAGES && slot == program.a(step - 1) && heard[slot] >= program.b(step - 1)) {
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
    public void onError(SocketPeer from, int code, String text, int answered, String room) {
        if (expectsEnding) {
            return;
        }
        run.count(Count.ERRORS, node, phase);
        run.complain("error " + code + ": " + text);
        if (answered != 0 && answered == ref && (waiting == Wait.JOINED || waiting == Wait.REJOIN)) {
            run.count(Count.JOINS_REFUSED, node, phase);
            giveUp("a join was refused with error " + code + ": " + text);
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
            outOfAll();
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
        if (attempts >= MOST_ATTEMPTS || !mayComeBack(ending)) {
            giveUp("a peer gave up after " + ending);
            return;
        }
        if (waiting != Wait.BACKOFF && waiting != Wait.RECONNECT && waiting != Wait.REJOIN) {
            interrupted = waiting == Wait.WELCOME ? Wait.NOTHING : waiting;
            interruptedUntil = wakeAt;
            interruptedPlan = planned;
            if (waiting == Wait.BARRIER) {
                run.leaveBarrier(program.a(step - 1), this);
                interrupted = Wait.NOTHING;
            }
        }
        if (!peer.canResume() || attempts >= ATTEMPTS_IN_TIME) {
            // Its session is gone, or may be by the time that it is back.
            outOfAll();
        }
        long most = Math.min(LONGEST_DELAY, FIRST_DELAY << attempts++);
        long delay = dice().below(most);
        keep();
        await(Wait.BACKOFF, run.now() + delay);
    }

    /** Whether the protocol lets a client come back after it. */
    private static boolean mayComeBack(Ending ending) {
        return switch (ending.kind()) {
            case UNREACHABLE, BROKEN -> true;
            case REFUSED -> ending.code() == 503;
            case CLOSED ->
                switch (ending.code()) {
                    case 1000, 1002, 1003, 1007, 1009, 4000, 4002, 4003, 4007 -> false;
                    default -> true;
                };
            case VIOLATED, OURS -> ending.kind() == Ending.Kind.OURS;
        };
    }
}
