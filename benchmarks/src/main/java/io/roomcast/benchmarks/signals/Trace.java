package io.roomcast.benchmarks.signals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What two browsers said to each other while they connected: one recorded session. The recordings and their form are described in
 * {@code sdk-js-client/src/test/data/webrtc/README.md}.
 *
 * @param name of the session
 * @param events in the order of their times
 */
public record Trace(String name, List<Event> events) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FILES = List.of("trace-single.jsonl", "trace-multi.jsonl", "trace-slow.jsonl");
    private static final Set<String> SIGNALS = Set.of("offer", "answer", "candidate", "end-of-candidates");
    private static final String FIRST_PEER = "A";
    private static final String SECOND_PEER = "B";

    /**
     * One signal.
     *
     * @param at since the start of the session
     * @param fromFirst whether the peer that is named first sends it
     * @param payload the complete JSON message that the application would hand to its WebSocket
     */
    public record Event(Duration at, boolean fromFirst, JsonNode payload) {

        /** Returns whether it is a candidate or the end of candidates, and no description. */
        public boolean candidate() {
            return payload.has("candidate");
        }
    }

    public Trace {
        events = List.copyOf(events);
    }

    /** Returns when the last signal was sent. */
    public Duration length() {
        return events.isEmpty() ? Duration.ZERO : events.get(events.size() - 1).at();
    }

    /**
     * Reads the recordings.
     *
     * @throws IOException if a file is missing or is not what it should be
     */
    public static List<Trace> readAll(Path directory) throws IOException {
        Map<String, List<Event>> sessions = new LinkedHashMap<>();
        for (String file : FILES) {
            for (String line : Files.readAllLines(directory.resolve(file))) {
                JsonNode recorded = JSON.readTree(line);
                List<Event> events =
                        sessions.computeIfAbsent(recorded.path("s").asText(), session -> new ArrayList<>());
                if (SIGNALS.contains(recorded.path("type").asText())) {
                    events.add(event(recorded));
                }
            }
        }
        return sessions.entrySet().stream()
                .map(session -> new Trace(session.getKey(), session.getValue()))
                .toList();
    }

    private static Event event(JsonNode recorded) throws IOException {
        String from = recorded.path("from").asText();
        String to = recorded.path("to").asText();
        if (!Set.of(from, to).equals(Set.of(FIRST_PEER, SECOND_PEER))) {
            throw new IOException("session " + recorded.path("s") + " has a signal from " + from + " to " + to
                    + ", expected two peers " + FIRST_PEER + " and " + SECOND_PEER);
        }
        return new Event(
                Duration.ofNanos(Math.round(recorded.path("t").asDouble() * 1e6)),
                from.equals(FIRST_PEER),
                recorded.path("payload"));
    }
}
