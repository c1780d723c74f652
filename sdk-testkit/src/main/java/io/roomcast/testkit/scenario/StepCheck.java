package io.roomcast.testkit.scenario;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a behaviour as a peer would and refuses what no peer can do: to speak in a room that it is not in, to join before it is connected. A loop must
 * leave a peer as it found it, and the arms of a branch must leave it all alike, so that every step is known to be possible.
 */
final class StepCheck {

    private static final int MAX_NESTING = 8;

    private final String behaviour;

    /** What is known of a peer between two steps. */
    private record State(boolean connected, boolean resumable, Set<String> slots) {

        static final State GONE = new State(false, false, Set.of());

        String said() {
            return !connected ? "not connected" : slots.isEmpty() ? "in no room" : "in " + slots;
        }
    }

    private StepCheck(String behaviour) {
        this.behaviour = behaviour;
    }

    static void check(String behaviour, List<Step> steps) {
        if (steps.isEmpty()) {
            throw new IllegalArgumentException(
                    "behaviour \"" + behaviour + "\" has no steps, expected connect() first");
        }
        new StepCheck(behaviour).through(steps, State.GONE, "", 0);
    }

    private State through(List<Step> steps, State before, String at, int depth) {
        if (depth > MAX_NESTING) {
            throw fault(at, "is nested more than " + MAX_NESTING + " deep", "flatten it");
        }
        State state = before;
        for (int i = 0; i < steps.size(); i++) {
            String here =
                    at + "step " + (i + 1) + " (" + steps.get(i).getClass().getSimpleName() + ")";
            state = after(steps.get(i), state, here, depth);
        }
        return state;
    }

    private State after(Step step, State state, String at, int depth) {
        if (step instanceof Step.Connect) {
            if (state.connected()) {
                throw fault(at, "connects a peer that is connected", "disconnect() before it, or leave it out");
            }
            return new State(true, false, Set.of());
        }
        if (step instanceof Step.Resume) {
            if (!state.resumable()) {
                throw fault(at, "resumes a session that was never interrupted", "disconnect(Ending.ABRUPT) before it");
            }
            return new State(true, false, state.slots());
        }
        if (step instanceof Step.Wait || step instanceof Step.Barrier) {
            return state;
        }
        if (step instanceof Step.Repeat loop) {
            return loop(loop.body(), state, at, depth);
        }
        if (step instanceof Step.RepeatFor loop) {
            return loop(loop.body(), state, at, depth);
        }
        if (step instanceof Step.Branch branch) {
            return branch(branch, state, at, depth);
        }
        if (!state.connected()) {
            throw fault(at, "needs a connection and there is none", "connect() before it");
        }
        if (step instanceof Step.Disconnect end) {
            // A close frame ends the session; whatever else happens to a connection leaves it to be taken up again.
            boolean resumable = end.ending() != Ending.CLOSE;
            return new State(false, resumable, resumable ? state.slots() : Set.of());
        }
        if (step instanceof Step.Join join) {
            if (state.slots().contains(join.slot())) {
                throw fault(
                        at,
                        "joins as \"" + join.slot() + "\", which it is in",
                        "leave(\"" + join.slot() + "\") before it");
            }
            Set<String> more = new TreeSet<>(state.slots());
            more.add(join.slot());
            return new State(true, false, more);
        }
        if (step instanceof Step.Misbehave bad) {
            // After all others the server closes the connection: the session is over.
            return bad.misdeed() == Misdeed.FRAGMENTED ? state : State.GONE;
        }
        String slot = slotOf(step);
        if (slot != null && !state.slots().contains(slot)) {
            throw fault(
                    at,
                    "is about \"" + slot + "\", and the peer is " + state.said(),
                    "join(\"" + slot + "\", …) before it");
        }
        if (step instanceof Step.Leave) {
            Set<String> fewer = new TreeSet<>(state.slots());
            fewer.remove(slot);
            return new State(true, false, fewer);
        }
        return state;
    }

    private State loop(List<Step> body, State before, String at, int depth) {
        if (body.isEmpty()) {
            throw fault(at, "repeats nothing", "give it steps");
        }
        State after = through(body, before, at + ", ", depth + 1);
        if (!after.equals(before)) {
            throw fault(
                    at,
                    "begins " + before.said() + " and ends " + after.said(),
                    "let each turn end as it begins, such as with leave(…) for each join(…)");
        }
        return after;
    }

    private State branch(Step.Branch branch, State before, String at, int depth) {
        if (branch.arms().size() < 2) {
            throw fault(
                    at,
                    "has " + branch.arms().size() + " arms",
                    "give it two or more; otherwise(weight) is doing nothing");
        }
        @Nullable State first = null;
        for (int i = 0; i < branch.arms().size(); i++) {
            State after = through(branch.arms().get(i).steps(), before, at + ", arm " + (i + 1) + ", ", depth + 1);
            if (first != null && !after.equals(first)) {
                throw fault(
                        at,
                        "leaves the peer " + first.said() + " after arm 1 and " + after.said() + " after arm "
                                + (i + 1),
                        "let all arms end alike");
            }
            first = after;
        }
        return first == null ? before : first;
    }

    private static @Nullable String slotOf(Step step) {
        if (step instanceof Step.Leave leave) {
            return leave.slot();
        }
        if (step instanceof Step.Broadcast broadcast) {
            return broadcast.slot();
        }
        if (step instanceof Step.Send send) {
            return send.slot();
        }
        if (step instanceof Step.Request request) {
            return request.slot();
        }
        if (step instanceof Step.History history) {
            return history.slot();
        }
        return step instanceof Step.Expect expect ? expect.slot() : null;
    }

    private IllegalArgumentException fault(String at, String what, String change) {
        return new IllegalArgumentException("behaviour \"" + behaviour + "\", " + at + " " + what + "; " + change);
    }
}
