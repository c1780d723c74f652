package io.roomcast.testkit.program;

import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Spread;
import io.roomcast.testkit.scenario.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Puts behaviours together to one program. Equal constants share a place in their table. */
final class Compiler {

    final List<String> behaviours = new ArrayList<>();
    final List<Integer> entries = new ArrayList<>();
    final List<String> slots = new ArrayList<>();
    final List<RoomChoice> rooms = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final List<Payload> payloads = new ArrayList<>();
    final List<Spread> spreads = new ArrayList<>();
    final List<Program.Branch> branches = new ArrayList<>();
    final List<Program.Barrier> barriers = new ArrayList<>();
    final List<Long> nanos = new ArrayList<>();
    int mostRegisters;

    private final List<Scenario.Mixed> mixed;
    private int[] code = new int[64 * Program.STRIDE];
    private int steps;

    Compiler(List<Scenario.Mixed> mixed) {
        this.mixed = List.copyOf(mixed);
        for (Scenario.Mixed each : mixed) {
            behaviours.add(each.behaviour().name());
            entries.add(steps);
            all(each.behaviour().steps(), 0);
            emit(Opcode.END, 0, 0, 0, 0);
        }
    }

    int[] code() {
        return Arrays.copyOf(code, steps * Program.STRIDE);
    }

    Program.Branch mix() {
        int[] targets = new int[mixed.size()];
        Arrays.setAll(targets, i -> i);
        return new Program.Branch(
                targets, mixed.stream().mapToInt(Scenario.Mixed::weight).toArray());
    }

    private void all(List<Step> list, int register) {
        list.forEach(step -> one(step, register));
    }

    /** @param register the first that no loop around the step uses */
    private void one(Step step, int register) {
        mostRegisters = Math.max(mostRegisters, register);
        if (step instanceof Step.Connect connect) {
            emit(Opcode.CONNECT, connect.subprotocol().ordinal(), 0, 0, 0);
        } else if (step instanceof Step.Join join) {
            emit(Opcode.JOIN, at(slots, join.slot()), at(rooms, join.room()), 0, 0);
        } else if (step instanceof Step.Leave leave) {
            emit(Opcode.LEAVE, at(slots, leave.slot()), 0, 0, 0);
        } else if (step instanceof Step.Broadcast broadcast) {
            emit(
                    Opcode.BROADCAST,
                    at(slots, broadcast.slot()),
                    at(events, broadcast.event()),
                    at(payloads, broadcast.payload()),
                    0);
        } else if (step instanceof Step.Send send) {
            emit(Opcode.SEND, at(slots, send.slot()), at(events, send.event()), at(payloads, send.payload()), 0);
        } else if (step instanceof Step.Request request) {
            emit(
                    Opcode.REQUEST,
                    at(slots, request.slot()),
                    at(events, request.event()),
                    at(payloads, request.payload()),
                    at(nanos, request.timeout().toNanos()));
        } else if (step instanceof Step.Expect expect) {
            emit(
                    Opcode.EXPECT,
                    at(slots, expect.slot()),
                    expect.messages(),
                    0,
                    at(nanos, expect.timeout().toNanos()));
        } else if (step instanceof Step.History history) {
            emit(Opcode.HISTORY, at(slots, history.slot()), history.messages(), 0, 0);
        } else if (step instanceof Step.Wait wait) {
            emit(Opcode.WAIT, at(spreads, wait.nanos()), 0, 0, 0);
        } else if (step instanceof Step.Repeat repeat) {
            int loop = emit(Opcode.LOOP, register, at(spreads, repeat.times()), 0, 0);
            all(repeat.body(), register + 1);
            emit(Opcode.AGAIN, register, loop + 1, 0, 0);
            patch(loop, 3, steps);
            mostRegisters = Math.max(mostRegisters, register + 1);
        } else if (step instanceof Step.RepeatFor repeat) {
            int loop = emit(Opcode.LOOP_UNTIL, register, at(spreads, repeat.nanos()), 0, 0);
            all(repeat.body(), register + 1);
            emit(Opcode.AGAIN_UNTIL, register, loop + 1, 0, 0);
            mostRegisters = Math.max(mostRegisters, register + 1);
        } else if (step instanceof Step.Branch branch) {
            branch(branch, register);
        } else if (step instanceof Step.Barrier barrier) {
            emit(Opcode.BARRIER, barrier(barrier), 0, 0, 0);
        } else if (step instanceof Step.Disconnect disconnect) {
            emit(Opcode.DISCONNECT, disconnect.ending().ordinal(), 0, 0, 0);
        } else if (step instanceof Step.Resume) {
            emit(Opcode.RESUME, 0, 0, 0, 0);
        } else if (step instanceof Step.Stall stall) {
            emit(Opcode.STALL, at(spreads, stall.nanos()), 0, 0, 0);
        } else if (step instanceof Step.ReadSlowly slowly) {
            emit(Opcode.READ_SLOWLY, slowly.bytesPerSecond(), 0, 0, 0);
        } else if (step instanceof Step.Misbehave misbehave) {
            emit(Opcode.MISBEHAVE, misbehave.misdeed().ordinal(), 0, 0, 0);
        } else {
            throw new IllegalStateException("a step that is not known: " + step);
        }
    }

    private void branch(Step.Branch branch, int register) {
        int at = emit(Opcode.BRANCH, branches.size(), 0, 0, 0);
        branches.add(new Program.Branch(new int[] {at}, new int[] {1}));
        int[] targets = new int[branch.arms().size()];
        int[] weights = new int[targets.length];
        List<Integer> jumps = new ArrayList<>();
        for (int i = 0; i < targets.length; i++) {
            Step.Arm arm = branch.arms().get(i);
            targets[i] = steps;
            weights[i] = arm.weight();
            all(arm.steps(), register);
            jumps.add(emit(Opcode.JUMP, 0, 0, 0, 0));
        }
        jumps.forEach(jump -> patch(jump, 1, steps));
        branches.set(code[at * Program.STRIDE + 1], new Program.Branch(targets, weights));
    }

    private int barrier(Step.Barrier barrier) {
        Program.Barrier compiled = new Program.Barrier(barrier.name(), barrier.peers(), barrier.timeout());
        for (Program.Barrier known : barriers) {
            if (known.name().equals(compiled.name()) && !known.equals(compiled)) {
                throw new IllegalArgumentException("barrier \"" + known.name() + "\" waits for " + known.peers()
                        + " peers for "
                        + known.timeout() + " in one place and for " + compiled.peers() + " for " + compiled.timeout()
                        + " in another; let them be alike, or give them two names");
            }
        }
        return at(barriers, compiled);
    }

    private int emit(Opcode opcode, int a, int b, int c, int d) {
        int at = steps * Program.STRIDE;
        if (at == code.length) {
            code = Arrays.copyOf(code, code.length * 2);
        }
        code[at] = opcode.ordinal();
        code[at + 1] = a;
        code[at + 2] = b;
        code[at + 3] = c;
        code[at + 4] = d;
        return steps++;
    }

    private void patch(int step, int operand, int value) {
        code[step * Program.STRIDE + operand] = value;
    }

    private static <T> int at(List<T> table, T value) {
        int known = table.indexOf(value);
        if (known >= 0) {
            return known;
        }
        table.add(value);
        return table.size() - 1;
    }
}
