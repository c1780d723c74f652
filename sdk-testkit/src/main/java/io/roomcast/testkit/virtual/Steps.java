package io.roomcast.testkit.virtual;

import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.scenario.Ending;
import io.roomcast.testkit.scenario.Feeder;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** What each kind of step of a program is for a peer. Belongs to the world's thread. */
final class Steps {

    private static final Ending[] ENDINGS = Ending.values();
    /** The node says itself when the time for an answer is over; so much later it has failed to. */
    private static final int REPLY_SLACK_MILLIS = 1000;
    /** Longer than any limit that a node may have to notice a misdeed. */
    private static final int PUNISHED_WITHIN_MILLIS = (int) TimeUnit.MINUTES.toMillis(5);

    private final RunState run;
    private final Program program;
    private final Peers peers;
    private final Connections connections;
    private final ClientRooms rooms;
    private final Reading reading;
    private final Sending sending;
    private final Barriers barriers;
    private final Expecting expecting;
    private final Misdeeds misdeeds;
    private final Feeder.Keys[] feeders;
    private final IntConsumer onDone;

    /** @param onDone told of each peer that has done its last step */
    Steps(
            RunState run,
            Clients clients,
            Sending sending,
            Barriers barriers,
            Expecting expecting,
            Misdeeds misdeeds,
            IntConsumer onDone) {
        this.run = run;
        this.program = run.program;
        this.peers = run.peers;
        this.connections = clients.connections();
        this.rooms = clients.rooms();
        this.reading = clients.reading();
        this.sending = sending;
        this.barriers = barriers;
        this.expecting = expecting;
        this.misdeeds = misdeeds;
        this.feeders =
                program.rooms().stream().map(room -> room.feeder().open()).toArray(Feeder.Keys[]::new);
        this.onDone = onDone;
    }

    /** Does the next step of a peer. Returns false if the peer waits now, or is done. */
    boolean take(int peer) {
        int step = peers.step[peer];
        int a = program.a(step);
        int b = program.b(step);
        return switch (program.opcode(step)) {
            case END -> done(peer);
            case CONNECT -> connect(peer, (byte) a);
            case RESUME -> resume(peer);
            case JOIN -> join(peer, a, b);
            case LEAVE -> isIn(peer, a) ? leave(peer, a) : next(peer);
            case BROADCAST, SEND -> send(peer, a);
            case REQUEST -> isIn(peer, a) ? request(peer, millis(program.d(step))) : next(peer);
            case EXPECT -> expecting.isMet(peer) ? next(peer) : await(peer, Peers.MESSAGES, millis(program.d(step)));
            case HISTORY -> isIn(peer, a) ? readHistory(peer, a, b) : next(peer);
            case WAIT -> await(peer, Peers.TIME, drawMillis(peer, a));
            case LOOP -> {
                int times = (int) run.draws.of(peer, program.spread(b));
                peers.registers[peers.register(peer, a)] = times;
                yield goTo(peer, times == 0 ? program.c(step) : step + 1);
            }
            case AGAIN -> goTo(peer, --peers.registers[peers.register(peer, a)] == 0 ? step + 1 : b);
            case LOOP_UNTIL -> {
                peers.registers[peers.register(peer, a)] = run.millis() + drawMillis(peer, b);
                yield next(peer);
            }
            case AGAIN_UNTIL -> goTo(peer, run.millis() >= peers.registers[peers.register(peer, a)] ? step + 1 : b);
            case BRANCH -> goTo(peer, run.draws.of(peer, program.branch(a)::draw));
            case JUMP -> goTo(peer, a);
            case BARRIER -> barriers.come(a, peer) ? awaitOthers(peer, a) : next(peer);
            case DISCONNECT -> {
                connections.end(peer, ENDINGS[a]);
                yield next(peer);
            }
            case STALL -> {
                reading.stall(peer);
                yield await(peer, Peers.STALLED, drawMillis(peer, a));
            }
            case READ_SLOWLY -> {
                if (a == 0) {
                    reading.speedUp(peer);
                } else {
                    reading.slowDown(peer);
                }
                yield next(peer);
            }
            case MISBEHAVE -> misbehave(peer);
        };
    }

    private boolean next(int peer) {
        return goTo(peer, peers.step[peer] + 1);
    }

    private boolean goTo(int peer, int step) {
        peers.step[peer] = step;
        return true;
    }

    /** Lets a peer wait for something, at most for so long. Returns false, as a step does then. */
    private boolean await(int peer, byte what, int atMostMillis) {
        peers.waiting[peer] = what;
        run.alarm(peer, atMostMillis);
        return false;
    }

    /** Lets a peer wait for an answer of its node. Returns false, as a step does then. */
    private boolean awaitAnswer(int peer, byte what) {
        connections.await(peer, what);
        return false;
    }

    private boolean done(int peer) {
        if (peers.connection[peer] != null) {
            connections.end(peer, Ending.CLOSE);
        }
        peers.waiting[peer] = Peers.DONE;
        run.wheel.cancel(peer);
        run.count(Count.PEERS_FINISHED, peer);
        onDone.accept(peer);
        return false;
    }

    private boolean connect(int peer, byte subprotocol) {
        for (int slot = 0; slot < peers.slots; slot++) {
            peers.room[peers.membership(peer, slot)] = Peers.OUT;
        }
        peers.subprotocol[peer] = subprotocol;
        peers.planned[peer] = run.millis();
        peers.waiting[peer] = Peers.WELCOME;
        connections.connect(peer);
        return false;
    }

    private boolean resume(int peer) {
        peers.planned[peer] = run.millis();
        peers.waiting[peer] = Peers.WELCOME;
        connections.comeBack(peer);
        return false;
    }

    private boolean join(int peer, int slot, int choice) {
        Feeder.Keys keys = feeders[choice];
        int key = run.draws.of(peer, dice -> keys.next(peer, dice));
        peers.planned[peer] = run.millis();
        rooms.join(peer, slot, run.rooms.number(choice, key));
        return awaitAnswer(peer, Peers.JOINED);
    }

    private boolean isIn(int peer, int slot) {
        return peers.link[peer] == Peers.ONLINE && peers.room[peers.membership(peer, slot)] == Peers.IN;
    }

    private boolean leave(int peer, int slot) {
        rooms.leave(peer, slot);
        return awaitAnswer(peer, Peers.LEFT);
    }

    private boolean send(int peer, int slot) {
        run.count(Count.MESSAGES_PLANNED, peer);
        if (isIn(peer, slot)) {
            sending.message(peer);
        }
        return next(peer);
    }

    private boolean request(int peer, int timeoutMillis) {
        peers.planned[peer] = run.millis();
        await(peer, Peers.REPLY, timeoutMillis + REPLY_SLACK_MILLIS);
        sending.request(peer, timeoutMillis);
        return false;
    }

    private boolean readHistory(int peer, int slot, int messages) {
        rooms.readHistory(peer, slot, messages);
        return awaitAnswer(peer, Peers.PAGE);
    }

    private boolean awaitOthers(int peer, int barrier) {
        return await(
                peer,
                Peers.AT_BARRIER,
                RunState.millis(program.barrier(barrier).timeout().toNanos()));
    }

    private boolean misbehave(int peer) {
        if (!misdeeds.isPunished(peer)) {
            misdeeds.commit(peer);
            return next(peer);
        }
        await(peer, Peers.SERVER_CLOSES, PUNISHED_WITHIN_MILLIS);
        misdeeds.commit(peer);
        return false;
    }

    /** Returns a length of time of the program in milliseconds. */
    private int millis(int time) {
        return RunState.millis(program.nanos(time));
    }

    private int drawMillis(int peer, int spread) {
        return RunState.millis(run.draws.of(peer, program.spread(spread)));
    }
}
