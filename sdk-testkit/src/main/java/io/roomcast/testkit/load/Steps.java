package io.roomcast.testkit.load;

import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.scenario.Ending;
import io.roomcast.testkit.scenario.Misdeed;
import io.roomcast.testkit.scenario.Subprotocol;
import io.roomcast.testkit.socket.ClientSocket;

/** What each step of the program has a peer do; one for all peers of a run. Belongs to the run's thread. */
final class Steps {

    private static final long MILLI = 1_000_000;
    /** Nodes ping after 25 s and wait for 10 s, unless set otherwise. */
    private static final long SILENCE = 90_000 * MILLI;

    private final LoadRun run;
    private final Program program;

    Steps(LoadRun run) {
        this.run = run;
        this.program = run.program();
    }

    /** Has a peer take a step. */
    void take(LoadPeer peer, int at) {
        Opcode opcode = program.opcode(at);
        int a = program.a(at);
        switch (opcode) {
            case END -> peer.end();
            case CONNECT -> {
                peer.client.speak(Subprotocol.values()[a]);
                peer.connect(Wait.WELCOME);
            }
            case JOIN -> {
                int key = peer.draws.of(dice -> run.key(program.b(at), peer.number(), dice));
                peer.places().choose(a, run.room(program.b(at), key));
                peer.join(a, Wait.JOINED);
            }
            case LEAVE -> leave(peer, a);
            case BROADCAST -> {
                sends(peer);
                peer.sending.broadcast(a, program.event(program.b(at)), program.c(at), peer.planned, peer.phase);
            }
            case SEND -> {
                sends(peer);
                peer.sending.send(a, program.event(program.b(at)), program.c(at), peer.planned, peer.phase);
            }
            case REQUEST -> request(peer, a, program.event(program.b(at)), program.c(at), program.nanos(program.d(at)));
            case EXPECT -> {
                if (peer.places().heard(a) >= program.b(at)) {
                    peer.expectationMet(a);
                } else {
                    peer.await(Wait.MESSAGES, peer.planned + program.nanos(program.d(at)));
                }
            }
            case HISTORY -> readHistory(peer, a, program.b(at));
            case WAIT -> {
                peer.planned += time(peer, a);
                peer.await(Wait.TIME, peer.planned);
            }
            case LOOP -> {
                peer.registers[a] = (int) peer.draws.of(program.spread(program.b(at)));
                if (peer.registers[a] == 0) {
                    peer.step = program.c(at);
                }
            }
            case AGAIN -> {
                if (--peer.registers[a] != 0) {
                    peer.step = program.b(at);
                }
            }
            case LOOP_UNTIL -> peer.registers[a] = (int) ((peer.planned + time(peer, program.b(at))) / MILLI);
            case AGAIN_UNTIL -> {
                if (peer.planned / MILLI < peer.registers[a]) {
                    peer.step = program.b(at);
                }
            }
            case BRANCH -> peer.step = peer.draws.of(program.branch(a)::draw);
            case JUMP -> peer.step = a;
            case BARRIER -> barrier(peer, a);
            case DISCONNECT -> disconnect(peer, Ending.values()[a]);
            case RESUME -> {
                run.count(Count.RESUMES, peer.node, peer.phase);
                peer.resuming = true;
                peer.connect(Wait.RECONNECT);
            }
            case STALL -> {
                ClientSocket socket = peer.client.socket();
                if (socket != null) {
                    socket.read(false);
                }
                peer.planned += time(peer, a);
                peer.await(Wait.STALL, peer.planned);
            }
            case READ_SLOWLY -> {
                peer.reading.rate(a);
                peer.reading.on(peer.client.socket());
            }
            case MISBEHAVE -> misbehave(peer, Misdeed.values()[a]);
        }
    }

    private long time(LoadPeer peer, int spread) {
        return run.playing().nanos(peer.draws.of(program.spread(spread)));
    }

    /** Takes down that a peer sends or asks now. */
    private void sends(LoadPeer peer) {
        run.planned(peer.planned, peer.node, peer.phase);
        peer.acts();
    }

    private void leave(LoadPeer peer, int slot) {
        peer.acts();
        RoomView room = peer.places().room(slot);
        peer.places().out(slot);
        if (room == null || !peer.client.isIn(room.name)) {
            return;
        }
        run.count(Count.LEAVES, peer.node, peer.phase);
        peer.client.leave(room.name, ++peer.ref);
        peer.await(Wait.LEFT, run.now() + run.connectTimeoutNanos());
    }

    private void request(LoadPeer peer, int slot, String event, int payload, long timeout) {
        sends(peer);
        peer.askedAt = run.now();
        if (peer.sending.request(slot, event, payload, ++peer.ref, timeout / MILLI, peer.planned, peer.phase)) {
            peer.await(Wait.REPLY, peer.askedAt + timeout);
        }
    }

    private void readHistory(LoadPeer peer, int slot, int messages) {
        peer.acts();
        RoomView room = peer.places().room(slot);
        if (room == null || !peer.client.isIn(room.name)) {
            run.complain("a peer was to read the history of a room that the server took it out of");
            run.count(Count.ERRORS, peer.node, peer.phase);
            return;
        }
        peer.client.readHistory(room.name, ++peer.ref, messages);
        peer.await(Wait.PAGE, run.now() + run.connectTimeoutNanos());
    }

    private void barrier(LoadPeer peer, int barrier) {
        if (run.playing().isWarmUp()) {
            // As many as it waits for do not come.
            return;
        }
        peer.await(
                Wait.BARRIER, peer.planned + program.barrier(barrier).timeout().toNanos());
        run.barriers().arrive(barrier, peer);
    }

    private void disconnect(LoadPeer peer, Ending how) {
        peer.acts();
        peer.places().outOfAll();
        peer.expectsEnding = true;
        ClientSocket socket = peer.client.socket();
        if (socket == null) {
            return;
        }
        switch (how) {
            case CLOSE -> {
                peer.await(Wait.ENDING, run.now() + run.connectTimeoutNanos());
                peer.client.close();
            }
            case ABRUPT -> socket.cut();
            case RESET -> socket.reset();
            case HALF_OPEN -> {
                // It stays as it is until the server has had enough of it; this peer goes on without it.
                peer.client.fallSilent();
                socket.read(false);
                peer.client.abandon();
                run.peers(-1);
            }
        }
    }

    private void misbehave(LoadPeer peer, Misdeed misdeed) {
        peer.acts();
        ClientSocket socket = peer.client.socket();
        if (socket == null) {
            return;
        }
        long patience = run.connectTimeoutNanos();
        if (misdeed == Misdeed.PONG_SILENCE) {
            // It still reads: how else would it see its end?
            peer.client.fallSilent();
            patience = SILENCE;
        }
        BadFrames.of(peer.client.subprotocol()).send(misdeed, socket);
        if (misdeed == Misdeed.FRAGMENTED) {
            return;
        }
        peer.places().outOfAll();
        peer.expectsEnding = true;
        peer.deserved = misdeed.closeCode();
        peer.await(Wait.ENDING, run.now() + patience);
    }
}
