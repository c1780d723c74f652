package io.roomcast.testkit.result;

import java.util.List;

/**
 * Something that is not as promised.
 *
 * @param kind a word: {@code lost}, {@code doubled}, {@code unexpected}, {@code out-of-order}, {@code gap}, {@code leak}, {@code metrics} …
 * @param at when it was noticed, in nanoseconds since the run began
 * @param peer the number of the peer, −1 = none
 * @param room the room's name, empty = none
 * @param text what was expected and what was there instead
 * @param story what happened to that peer, one line each; empty until the run was repeated with an eye on it
 */
public record Finding(String kind, long at, int peer, String room, String text, List<String> story) {

    public Finding {
        story = List.copyOf(story);
    }

    /** Returns the same with a story. */
    public Finding with(List<String> told) {
        return new Finding(kind, at, peer, room, text, told);
    }

    @Override
    public String toString() {
        return kind + " at " + at / 1_000_000 + " ms" + (peer < 0 ? "" : ", peer " + peer)
                + (room.isEmpty() ? "" : ", room " + room) + ": " + text;
    }
}
