package io.roomcast.testkit.bridge;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes down what a bridge tells a node, and whether it broke a rule that only the listener can see: calls about one room at the same time,
 * an offset that does not follow the one before it. Safe to use from any thread.
 */
public class BridgeRecorder implements BridgeListener {

    private final List<String> story = new ArrayList<>();
    private final List<String> offences = new ArrayList<>();
    private final List<BridgeState> states = new ArrayList<>();
    private final Map<String, List<byte[]>> envelopes = new ConcurrentHashMap<>();
    private final Map<String, List<HistoryPosition>> positions = new ConcurrentHashMap<>();
    private final Map<String, List<byte[]>> entries = new ConcurrentHashMap<>();
    private final Map<String, List<HistoryPosition>> losses = new ConcurrentHashMap<>();
    private final Map<String, HistoryPosition> last = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> busy = new ConcurrentHashMap<>();

    @Override
    public void onEnvelope(String room, byte[] envelope) {
        enter(room);
        note(envelopes, room, envelope);
        write(room + " " + new String(envelope, StandardCharsets.UTF_8));
        leave(room);
    }

    @Override
    public void onAppended(String room, HistoryPosition position, byte[] envelope) {
        enter(room);
        HistoryPosition before = last.put(room, position);
        if (before != null && (!before.epoch().equals(position.epoch()) || before.offset() + 1 != position.offset())) {
            offend(room + ": " + position + " follows " + before);
        }
        note(positions, room, position);
        note(entries, room, envelope);
        leave(room);
    }

    @Override
    public void onHistoryLost(String room, HistoryPosition resumesAfter) {
        enter(room);
        last.put(room, resumesAfter);
        note(losses, room, resumesAfter);
        leave(room);
    }

    @Override
    public void onNodeJoined(String nodeId) {
        write("joined " + nodeId);
    }

    @Override
    public void onNodeLost(String nodeId) {
        write("lost " + nodeId);
    }

    @Override
    public void onState(BridgeState state) {
        synchronized (states) {
            states.add(state);
        }
    }

    /** Returns comings and goings of nodes, and envelopes as {@code "<room> <text>"}, in order. */
    public List<String> story() {
        synchronized (story) {
            return List.copyOf(story);
        }
    }

    /** Returns the envelopes of a room, as texts. */
    public List<String> envelopes(String room) {
        return texts(envelopes, room);
    }

    /** Returns the envelopes of a room. */
    public List<byte[]> bytes(String room) {
        return copy(envelopes, room);
    }

    /** Returns what was appended to a room's log, as texts. */
    public List<String> entries(String room) {
        return texts(entries, room);
    }

    /** Returns where that stands. */
    public List<HistoryPosition> positions(String room) {
        return copy(positions, room);
    }

    /** Returns the positions after which a room's log went on with a hole before them. */
    public List<HistoryPosition> losses(String room) {
        return copy(losses, room);
    }

    /** Returns the states that were told. */
    public List<BridgeState> states() {
        synchronized (states) {
            return List.copyOf(states);
        }
    }

    /** Returns the rules that were broken, in words. */
    public List<String> offences() {
        synchronized (offences) {
            return List.copyOf(offences);
        }
    }

    private void enter(String room) {
        if (busy.computeIfAbsent(room, key -> new AtomicInteger()).incrementAndGet() != 1) {
            offend(room + ": two calls at the same time");
        }
    }

    private void leave(String room) {
        AtomicInteger calls = busy.get(room);
        if (calls != null) {
            calls.decrementAndGet();
        }
    }

    private void offend(String what) {
        synchronized (offences) {
            offences.add(what);
        }
    }

    private void write(String line) {
        synchronized (story) {
            story.add(line);
        }
    }

    private static <T> void note(Map<String, List<T>> map, String room, T item) {
        List<T> list = map.computeIfAbsent(room, key -> new ArrayList<>());
        synchronized (list) {
            list.add(item);
        }
    }

    private static <T> List<T> copy(Map<String, List<T>> map, String room) {
        List<T> list = map.get(room);
        if (list == null) {
            return List.of();
        }
        synchronized (list) {
            return List.copyOf(list);
        }
    }

    private static List<String> texts(Map<String, List<byte[]>> map, String room) {
        return copy(map, room).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    /** Returns the rooms of which something was told. */
    public Set<String> rooms() {
        return Set.copyOf(envelopes.keySet());
    }
}
