package io.roomcast.testkit.program;

import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Spread;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What all peers of a scenario do: one array of ints, {@value #STRIDE} for each step, and tables for what does not fit an int. A peer that runs it is a
 * few ints: where it is ({@link #entry} at first), {@link #registers} counters, {@link #slots} rooms, and the position of its {@link Dice}. The numbering of
 * steps starts anew with every version; a program is never stored.
 *
 * <p>Immutable, safe to use from any thread.
 */
public final class Program {

    /** How many ints a step takes: the opcode and four operands. */
    public static final int STRIDE = 5;

    private final int[] code;
    private final List<String> behaviours;
    private final int[] entries;
    private final Branch mix;
    private final int slots;
    private final List<String> slotNames;
    private final int registers;
    private final List<RoomChoice> rooms;
    private final List<String> events;
    private final List<Payload> payloads;
    private final List<Spread> spreads;
    private final List<Branch> branches;
    private final List<Barrier> barriers;
    private final long[] nanos;

    /**
     * Where peers wait for each other.
     *
     * @param peers how many have to come before all go on
     */
    public record Barrier(String name, int peers, Duration timeout) {}

    /** Targets with weights. */
    public static final class Branch {

        private final int[] targets;
        private final int[] upTo;

        Branch(int[] targets, int[] weights) {
            this.targets = targets;
            this.upTo = weights.clone();
            Arrays.parallelPrefix(upTo, Math::addExact);
        }

        /** Draws a target. */
        public int draw(Dice dice) {
            long drawn = dice.below(upTo[upTo.length - 1]);
            int i = 0;
            while (drawn >= upTo[i]) {
                i++;
            }
            return targets[i];
        }
    }

    Program(Compiler compiled) {
        this.code = compiled.code();
        this.behaviours = List.copyOf(compiled.behaviours);
        this.entries = compiled.entries.stream().mapToInt(Integer::intValue).toArray();
        this.mix = compiled.mix();
        this.slotNames = List.copyOf(compiled.slots);
        this.slots = slotNames.size();
        this.registers = compiled.mostRegisters;
        this.rooms = List.copyOf(compiled.rooms);
        this.events = List.copyOf(compiled.events);
        this.payloads = List.copyOf(compiled.payloads);
        this.spreads = List.copyOf(compiled.spreads);
        this.branches = List.copyOf(compiled.branches);
        this.barriers = List.copyOf(compiled.barriers);
        this.nanos = compiled.nanos.stream().mapToLong(Long::longValue).toArray();
    }

    /** Compiles behaviours, each with its weight. */
    public static Program of(List<Scenario.Mixed> mix) {
        return new Program(new Compiler(mix));
    }

    // ---- a peer's way

    /** Draws which behaviour a peer shows. */
    public int drawBehaviour(Dice dice) {
        return mix.draw(dice);
    }

    /** Returns the step with which a behaviour begins. */
    public int entry(int behaviour) {
        return entries[behaviour];
    }

    /** Returns what a step does. Steps are numbered 0, 1, 2 …; the one after {@code step} is {@code step + 1}. */
    public Opcode opcode(int step) {
        return Opcode.of(code[step * STRIDE]);
    }

    /** Returns the first operand of a step. */
    public int a(int step) {
        return code[step * STRIDE + 1];
    }

    /** Returns the second operand of a step. */
    public int b(int step) {
        return code[step * STRIDE + 2];
    }

    /** Returns the third operand of a step. */
    public int c(int step) {
        return code[step * STRIDE + 3];
    }

    /** Returns the fourth operand of a step. */
    public int d(int step) {
        return code[step * STRIDE + 4];
    }

    // ---- what a peer needs

    /** Returns how many steps there are. */
    public int steps() {
        return code.length / STRIDE;
    }

    /** Returns in how many rooms a peer can be at once; slots are numbered from 0. */
    public int slots() {
        return slots;
    }

    /** Returns what scenarios call a slot. */
    public String slotName(int slot) {
        return slotNames.get(slot);
    }

    /** Returns how many counters a peer needs. */
    public int registers() {
        return registers;
    }

    // ---- tables

    /** Returns the names of the behaviours. */
    public List<String> behaviours() {
        return behaviours;
    }

    /** Returns the rooms that steps choose from; a driver opens the feeder of each once. */
    public List<RoomChoice> rooms() {
        return rooms;
    }

    public RoomChoice room(int index) {
        return rooms.get(index);
    }

    public List<String> events() {
        return events;
    }

    public String event(int index) {
        return events.get(index);
    }

    public List<Payload> payloads() {
        return payloads;
    }

    public Payload payload(int index) {
        return payloads.get(index);
    }

    public Spread spread(int index) {
        return spreads.get(index);
    }

    public Branch branch(int index) {
        return branches.get(index);
    }

    public List<Barrier> barriers() {
        return barriers;
    }

    public Barrier barrier(int index) {
        return barriers.get(index);
    }

    /** Returns a constant time. */
    public long nanos(int index) {
        return nanos[index];
    }

    /** Returns the largest payload that is sent, in bytes. */
    public long largestPayload() {
        return payloads.stream().mapToLong(Payload::most).max().orElse(0);
    }

    /** Returns whether any step is of this kind: drivers refuse before the start what they cannot do. */
    public boolean uses(Opcode opcode) {
        for (int step = 0; step < steps(); step++) {
            if (opcode(step) == opcode) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether any step is of this kind with this first operand. */
    public boolean uses(Opcode opcode, int a) {
        for (int behaviour = 0; behaviour < entries.length; behaviour++) {
            if (uses(behaviour, opcode, a)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether any peer of a behaviour takes a step of this kind with this first operand. */
    public boolean uses(int behaviour, Opcode opcode, int a) {
        int end = behaviour + 1 < entries.length ? entries[behaviour + 1] : steps();
        for (int step = entries[behaviour]; step < end; step++) {
            if (opcode(step) == opcode && a(step) == a) {
                return true;
            }
        }
        return false;
    }

    /** Returns the steps, one a line, for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int step = 0; step < steps(); step++) {
            int behaviour = Arrays.stream(entries).boxed().toList().indexOf(step);
            if (behaviour >= 0) {
                text.append(behaviours.get(behaviour)).append(":\n");
            }
            text.append(
                    String.format("%5d %-11s %d %d %d %d%n", step, opcode(step), a(step), b(step), c(step), d(step)));
        }
        return text.toString();
    }
}
