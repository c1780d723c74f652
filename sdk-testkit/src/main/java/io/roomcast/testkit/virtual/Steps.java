package io.roomcast.testkit.virtual;

import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.scenario.Ending;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Misdeed;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.Spread;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Takes peers through their program, from one wait to the next. Belongs to the world's thread. */
final class Steps implements Script {

    /** So many steps without a wait, and others get a turn. */
    private static final int STEPS_AT_ONCE = 2000;

    /** A peer that reads slowly looks so often what there is. */
    private static final int SLOW_LOOK_MILLIS = 100;

    /** What is neither protobuf nor JSON. */
    private static final byte[] MALFORMED = {0x0a, 0x7f, 0x00};

    private final RunState run;
    private final Program program;
    private final Peers peers;
    private final Connections connections;
    private final ClientRooms rooms;
    private final Barriers barriers;
    private final Feeder.Keys[] feeders;
    private final int maxMessageBytes;
    private final int maxMessagesPerSecond;
    private final IntConsumer onDone;

    /** @param onDone told of each peer that has done its last step */
    Steps(RunState run, Clients clients, int maxMessageBytes, int maxMessagesPerSecond, IntConsumer onDone) {
        this.run = run;
        this.program = run.program;
        this.peers = run.peers;
        this.connections = clients.connections();
        this.rooms = clients.rooms();
        this.barriers = new Barriers(program);
        this.feeders =
                program.rooms().stream().map(room -> room.feeder().open()).toArray(Feeder.Keys[]::new);
        this.maxMessageBytes = maxMessageBytes;
        this.maxMessagesPerSecond = maxMessagesPerSecond;
        this.onDone = onDone;
    }

    /** A peer comes. */
    void start(int peer) {
        Dice dice = run.dice.at(peer, 0);
        int behaviour = program.drawBehaviour(dice);
        peers.thrown[peer] = dice.position();
        peers.behaviour[peer] = (short) behaviour;
        peers.phase[peer] = (short) run.phase;
        peers.step[peer] = program.entry(behaviour);
        run.count(Count.PEERS_STARTED, peer);
        run.note(peer, "comes as " + program.behaviours().get(behaviour));
        go(peer);
    }

    /** A peer's alarm goes off. */
    void alarm(int peer) {
        byte link = peers.link[peer];
        if (link == Peers.BACKING_OFF || link == Peers.RETURNING || link == Peers.REJOINING) {
            connections.alarmOnTheWayBack(peer);
            return;
        }
        switch (peers.waiting[peer]) {
            case Peers.NOTHING -> go(peer);
            case Peers.TIME -> proceed(peer);
            case Peers.STALLED -> {
                connections.stall(peer, false);
                connections.awake(peer);
                proceed(peer);
            }
            case Peers.REPLY -> {
                run.count(Count.REQUESTS_TIMED_OUT, peer);
                run.record(Metric.REQUEST, peer, peers.planned[peer]);
                run.find(
                        "unanswered",
                        peer,
                        "its request " + peers.serial[peer] + " got no reply, no error and no timeout");
                proceed(peer);
            }
            case Peers.MESSAGES -> {
                if (isMet(peer)) {
                    met(peer);
                    proceed(peer);
                    return;
                }
                run.count(Count.EXPECTATIONS_MISSED, peer);
                int step = peers.step[peer];
                peers.expectedFrom[peers.membership(peer, program.a(step))] += program.b(step);
                proceed(peer);
            }
            case Peers.AT_BARRIER -> {
                run.count(Count.BARRIERS_MISSED, peer);
                barriers.giveUp(program.a(peers.step[peer]), peer);
                proceed(peer);
            }
            case Peers.SERVER_CLOSES -> {
                run.find(
                        "unpunished",
                        peer,
                        "its connection was not closed after " + Misdeed.values()[program.a(peers.step[peer])]);
                connections.endForGood(peer);
                proceed(peer);
            }
            default -> connections.unanswered(peer);
        }
    }

    @Override
    public void proceed(int peer) {
        peers.step[peer]++;
        go(peer);
    }

    @Override
    public void arrived(int peer, int membership) {
        if (peers.waiting[peer] == Peers.MESSAGES && peers.link[peer] == Peers.ONLINE && isMet(peer)) {
            run.wheel.cancel(peer);
            met(peer);
            proceed(peer);
        }
    }

    @Override
    public void back(int peer) {
        switch (peers.waiting[peer]) {
            case Peers.TIME, Peers.STALLED, Peers.MESSAGES, Peers.AT_BARRIER, Peers.NOTHING ->
                run.wheel.set(peer, Math.max(run.millis() + 1, peers.savedDue[peer]));
            case Peers.REPLY -> {
                // Asked of a node that is gone, or of another connection: nobody answers.
                run.count(Count.REQUESTS_REFUSED, peer);
                proceed(peer);
            }
            default -> proceed(peer);
        }
    }

    @Override
    public void wentOn(int peer) {
        switch (peers.waiting[peer]) {
            case Peers.WELCOME, Peers.ANSWERED -> proceed(peer);
            default -> run.wheel.set(peer, Math.max(run.millis() + 1, peers.savedDue[peer]));
        }
    }

    @Override
    public void closed(int peer, int code) {
        Misdeed misdeed = Misdeed.values()[program.a(peers.step[peer])];
        int expected = misdeed.closeCode();
        boolean nodeGone = !cluster().node(peers.node[peer]).isAccepting();
        if (code != expected && !nodeGone) {
            run.find("unpunished", peer, "was closed with " + code + " after " + misdeed + ", expected " + expected);
        }
        proceed(peer);
    }

    @Override
    public void readSlowly(int peer, int bytes) {
        if (peers.slow[peer] == 2) {
            return;
        }
        peers.slow[peer] = 2;
        connections.stall(peer, true);
        long rest = Math.max(SLOW_LOOK_MILLIS, bytes * 1000L / Math.max(1, slowness(peer)));
        short connection = peers.connects[peer];
        run.agenda.at(run.world.nanos() + TimeUnit.MILLISECONDS.toNanos(rest), () -> {
            if (peers.connects[peer] == connection && peers.slow[peer] == 2) {
                peers.slow[peer] = 1;
                connections.stall(peer, false);
            }
        });
    }

    /** Returns how many bytes a second a peer reads: what the step last passed says. */
    private int slowness(int peer) {
        for (int step = peers.step[peer]; step >= 0; step--) {
            if (program.opcode(step) == Opcode.READ_SLOWLY) {
                return program.a(step);
            }
        }
        return Integer.MAX_VALUE;
    }

    // ---- the steps

    private void go(int peer) {
        peers.waiting[peer] = Peers.NOTHING;
        for (int i = 0; i < STEPS_AT_ONCE; i++) {
            if (!one(peer)) {
                return;
            }
        }
        run.wheel.set(peer, run.millis() + 1);
    }

    /** Does a step. Returns false if the peer waits now, or is done. */
    private boolean one(int peer) {
        int step = peers.step[peer];
        int a = program.a(step);
        switch (program.opcode(step)) {
            case END -> {
                done(peer);
                return false;
            }
            case CONNECT -> {
                forgetRooms(peer);
                peers.subprotocol[peer] = (byte) a;
                peers.planned[peer] = run.millis();
                peers.waiting[peer] = Peers.WELCOME;
                connections.connect(peer);
                return false;
            }
            case RESUME -> {
                peers.planned[peer] = run.millis();
                peers.waiting[peer] = Peers.WELCOME;
                connections.comeBack(peer);
                return false;
            }
            case JOIN -> {
                int key = feeders[program.b(step)].next(peer, run.dice.at(peer, peers.thrown[peer]));
                peers.thrown[peer] = run.dice.position();
                peers.planned[peer] = run.millis();
                rooms.join(peer, a, run.rooms.number(program.b(step), key));
                connections.await(peer, Peers.JOINED);
                return false;
            }
            case LEAVE -> {
                if (!isIn(peer, a)) {
                    return next(peer);
                }
                rooms.leave(peer, a);
                connections.await(peer, Peers.LEFT);
                return false;
            }
            case BROADCAST, SEND -> {
                run.count(Count.MESSAGES_PLANNED, peer);
                if (isIn(peer, a)) {
                    say(peer, step);
                }
                return next(peer);
            }
            case REQUEST -> {
                if (!isIn(peer, a)) {
                    return next(peer);
                }
                request(peer, step);
                return false;
            }
            case EXPECT -> {
                if (isMet(peer)) {
                    met(peer);
                    return next(peer);
                }
                peers.waiting[peer] = Peers.MESSAGES;
                alarm(peer, program.nanos(program.d(step)));
                return false;
            }
            case HISTORY -> {
                if (!isIn(peer, a)) {
                    return next(peer);
                }
                rooms.readHistory(peer, a, program.b(step));
                connections.await(peer, Peers.PAGE);
                return false;
            }
            case WAIT -> {
                peers.waiting[peer] = Peers.TIME;
                alarm(peer, draw(peer, program.spread(a)));
                return false;
            }
            case LOOP -> {
                int times = (int) draw(peer, program.spread(program.b(step)));
                peers.registers[peers.register(peer, a)] = times;
                peers.step[peer] = times == 0 ? program.c(step) : step + 1;
                return true;
            }
            case AGAIN -> {
                peers.step[peer] = --peers.registers[peers.register(peer, a)] == 0 ? step + 1 : program.b(step);
                return true;
            }
            case LOOP_UNTIL -> {
                peers.registers[peers.register(peer, a)] =
                        run.millis() + millis(draw(peer, program.spread(program.b(step))));
                return next(peer);
            }
            case AGAIN_UNTIL -> {
                peers.step[peer] =
                        run.millis() >= peers.registers[peers.register(peer, a)] ? step + 1 : program.b(step);
                return true;
            }
            case BRANCH -> {
                peers.step[peer] = program.branch(a).draw(run.dice.at(peer, peers.thrown[peer]));
                peers.thrown[peer] = run.dice.position();
                return true;
            }
            case JUMP -> {
                peers.step[peer] = a;
                return true;
            }
            case BARRIER -> {
                if (barriers.come(a, peer, this::passBarrier)) {
                    peers.waiting[peer] = Peers.AT_BARRIER;
                    alarm(peer, program.barrier(a).timeout().toNanos());
                    return false;
                }
                return next(peer);
            }
            case DISCONNECT -> {
                connections.end(peer, Ending.values()[a]);
                return next(peer);
            }
            case STALL -> {
                connections.stall(peer, true);
                peers.waiting[peer] = Peers.STALLED;
                alarm(peer, draw(peer, program.spread(a)));
                return false;
            }
            case READ_SLOWLY -> {
                peers.slow[peer] = (byte) (a == 0 ? 0 : 1);
                if (a == 0) {
                    connections.stall(peer, false);
                    connections.awake(peer);
                }
                return next(peer);
            }
            case MISBEHAVE -> {
                Misdeed misdeed = Misdeed.values()[a];
                if (misdeed.closeCode() == 0) {
                    connections.sendAs(misdeed, peer, ClientWire.ping(1));
                    return next(peer);
                }
                misbehave(peer, misdeed);
                return false;
            }
        }
        throw new IllegalStateException("step " + step + " does nothing known");
    }

    private boolean next(int peer) {
        peers.step[peer]++;
        return true;
    }

    private void done(int peer) {
        if (peers.connection[peer] != null) {
            connections.end(peer, Ending.CLOSE);
        }
        peers.waiting[peer] = Peers.DONE;
        run.wheel.cancel(peer);
        run.count(Count.PEERS_FINISHED, peer);
        onDone.accept(peer);
    }

    private void forgetRooms(int peer) {
        for (int slot = 0; slot < peers.slots; slot++) {
            peers.room[peers.membership(peer, slot)] = Peers.OUT;
        }
    }

    private boolean isIn(int peer, int slot) {
        return peers.link[peer] == Peers.ONLINE && peers.room[peers.membership(peer, slot)] == Peers.IN;
    }

    private void say(int peer, int step) {
        int slot = program.a(step);
        int membership = peers.membership(peer, slot);
        Payload payload = program.payload(program.c(step));
        int serial = ++peers.serial[peer];
        int size = size(peer, payload);
        boolean toOne = program.opcode(step) == Opcode.SEND;
        int route = peers.route[membership];
        boolean onRoute =
                !toOne && route > 0 && cluster().node(peers.node[peer]).eventOfRoute(route) == program.b(step);
        byte[] bytes;
        byte[] again;
        if (onRoute) {
            bytes = ClientWire.data(route, size);
            fill(bytes, bytes.length - size, payload, peer, serial);
            // Another node has other routes.
            again = peers.isResuming()
                    ? spelledOut(membership, step, "", Arrays.copyOfRange(bytes, bytes.length - size, bytes.length))
                    : bytes;
        } else {
            byte[] content = new byte[size];
            fill(content, 0, payload, peer, serial);
            String to = toOne ? peers.id[rooms.fellow(peer, peers.roomNumber[membership])] : "";
            bytes = spelledOut(membership, step, to == null ? "" : to, content);
            again = bytes;
        }
        run.count(Count.MESSAGES_SENT, peer);
        run.sent++;
        run.tally.record(
                Metric.ROOM_SIZE, peers.node[peer], run.phase, run.oracle.members(peers.roomNumber[membership]));
        run.sends.sent(peer, slot, serial);
        connections.send(peer, bytes, again);
    }

    private byte[] spelledOut(int membership, int step, String to, byte[] content) {
        return ClientWire.message(peers.wireNumber[membership], program.event(program.b(step)), to, content);
    }

    private void request(int peer, int step) {
        int slot = program.a(step);
        Payload payload = program.payload(program.c(step));
        int serial = ++peers.serial[peer];
        byte[] content = new byte[size(peer, payload)];
        fill(content, 0, payload, peer, serial);
        long timeout = program.nanos(program.d(step));
        peers.planned[peer] = run.millis();
        peers.waiting[peer] = Peers.REPLY;
        run.count(Count.REQUESTS, peer);
        run.sent++;
        run.sends.sent(peer, slot, serial);
        // The node says itself when the time is over; a second later it has failed to.
        alarm(peer, timeout + TimeUnit.SECONDS.toNanos(1));
        connections.send(
                peer,
                ClientWire.request(
                        peers.wireNumber[peers.membership(peer, slot)],
                        program.event(program.b(step)),
                        serial,
                        millis(timeout),
                        content));
    }

    private int size(int peer, Payload payload) {
        return payload instanceof Payload.Filled filled ? (int) draw(peer, filled.size()) : (int) payload.least();
    }

    private void fill(byte[] bytes, int offset, Payload payload, int peer, int serial) {
        long now = run.world.nanos();
        Stamp.write(ByteBuffer.wrap(bytes, offset, Stamp.BYTES), peer, serial, now, now);
        if (payload instanceof Payload.Recorded recorded) {
            byte[] content = recorded.content();
            System.arraycopy(content, 0, bytes, offset + Stamp.BYTES, content.length);
        }
    }

    private boolean isMet(int peer) {
        int step = peers.step[peer];
        int membership = peers.membership(peer, program.a(step));
        return run.oracle.arrivedIn(membership) - peers.expectedFrom[membership] >= program.b(step);
    }

    private void met(int peer) {
        int step = peers.step[peer];
        peers.expectedFrom[peers.membership(peer, program.a(step))] += program.b(step);
        run.count(Count.EXPECTATIONS_MET, peer);
    }

    private void passBarrier(int peer) {
        if (peers.link[peer] == Peers.ONLINE || peers.link[peer] == Peers.OFFLINE) {
            // In a turn of its own: whoever came last is in the middle of its own.
            run.wheel.cancel(peer);
            peers.waiting[peer] = Peers.TIME;
            run.wheel.set(peer, run.millis() + 1);
        } else {
            peers.waiting[peer] = Peers.TIME;
            peers.savedDue[peer] = run.millis();
        }
    }

    private void misbehave(int peer, Misdeed misdeed) {
        peers.waiting[peer] = Peers.SERVER_CLOSES;
        // Longer than any limit that a node may have to notice it.
        alarm(peer, TimeUnit.MINUTES.toNanos(5));
        switch (misdeed) {
            case MALFORMED -> connections.sendBytes(peer, MALFORMED, true);
            case OVERSIZED -> connections.sendBytes(peer, new byte[maxMessageBytes + 1], true);
            case WRONG_TYPE -> connections.sendBytes(peer, new byte[] {'{', '}'}, false);
            case PONG_SILENCE -> connections.fallSilent(peer);
            case FLOOD -> {
                for (int i = 0; i < 2 * maxMessagesPerSecond + 10; i++) {
                    connections.sendUnnumbered(peer, ClientWire.ping(1));
                }
            }
            case UNMASKED, FRAGMENTED -> connections.sendAs(misdeed, peer, ClientWire.ping(1));
        }
    }

    private long draw(int peer, Spread spread) {
        if (spread instanceof Spread.Constant constant) {
            return constant.value();
        }
        long drawn = spread.draw(run.dice.at(peer, peers.thrown[peer]));
        peers.thrown[peer] = run.dice.position();
        return drawn;
    }

    private void alarm(int peer, long inNanos) {
        run.wheel.cancel(peer);
        run.wheel.set(peer, run.millis() + millis(inNanos));
    }

    private static int millis(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE / 2, TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    private VirtualCluster cluster() {
        return connections.cluster();
    }
}
