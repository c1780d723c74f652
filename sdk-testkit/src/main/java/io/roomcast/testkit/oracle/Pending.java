package io.roomcast.testkit.oracle;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** What the handlers of nodes broadcast in a room and no log has yet, in order, by node. Belongs to one thread. */
final class Pending {

    private final Map<Integer, ArrayDeque<Made>> made = new HashMap<>();

    /** @param perhaps whether it may never be appended */
    record Made(int from, int serial, boolean perhaps) {

        boolean is(int sender, int number) {
            return from == sender && serial == number;
        }
    }

    void add(int node, Made broadcast) {
        made.computeIfAbsent(node, key -> new ArrayDeque<>(2)).add(broadcast);
    }

    Queue<Made> of(int node) {
        return made.getOrDefault(node, new ArrayDeque<>(0));
    }

    List<Made> all() {
        return made.values().stream().flatMap(Queue::stream).toList();
    }
}
