package io.roomcast.benchmarks.signals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.roomcast.benchmarks.load.SignalForm;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The messages that the clients of one session send, and when.
 *
 * @param messages in the order of their times
 * @param signals how many signals they carry
 * @param length of the session
 * @param naiveCandidateBytes what the messages with candidates would take if each candidate were sent as the application's JSON, by
 *     itself, in a WebSocket message of a client
 */
public record Plan(List<Message> messages, int signals, Duration length, long naiveCandidateBytes) {

    /** The defaults of the browser client's coalescing. */
    private static final Duration IDLE_GAP = Duration.ofMillis(5);

    private static final Duration MOST_DELAY = Duration.ofMillis(25);
    private static final int MOST_ITEMS = 32;
    private static final int MOST_BYTES = 8192;
    private static final int ITEM_OVERHEAD = 40;
    private static final int SHORT_PAYLOAD = 126;
    private static final int MASK_BYTES = 4;

    /**
     * One message.
     *
     * @param at since the start of the session
     * @param fromFirst whether the first peer sends it
     * @param candidates whether it carries candidates, and no description
     */
    public record Message(Duration at, boolean fromFirst, boolean candidates, byte[] payload) {}

    public Plan {
        messages = List.copyOf(messages);
    }

    /** Plans a session as clients that send signals in this form play it. */
    public static Plan of(Trace trace, SignalForm form) {
        List<Message> messages = new ArrayList<>();
        for (boolean fromFirst : new boolean[] {true, false}) {
            List<Trace.Event> events = trace.events().stream()
                    .filter(event -> event.fromFirst() == fromFirst)
                    .toList();
            messages.addAll(
                    switch (form) {
                        case JSON_EACH -> jsonEach(events);
                        case STRUCTURED_EACH -> structured(events, Duration.ZERO, 1);
                        case STRUCTURED_TOGETHER -> structured(events, IDLE_GAP, MOST_ITEMS);
                    });
        }
        messages.sort(Comparator.comparing(Message::at));
        long naive = trace.events().stream()
                .filter(Trace.Event::candidate)
                .mapToLong(event -> framed(utf8(event.payload())))
                .sum();
        Duration length = messages.isEmpty()
                ? Duration.ZERO
                : messages.get(messages.size() - 1).at();
        return new Plan(messages, trace.events().size(), length, naive);
    }

    private static long framed(byte[] payload) {
        long header = payload.length < SHORT_PAYLOAD ? 2 : payload.length < 65_536 ? 4 : 10;
        return header + MASK_BYTES + payload.length;
    }

    /** Without what the envelope says already: the room, the sender and the addressee. */
    private static List<Message> jsonEach(List<Trace.Event> events) {
        return events.stream()
                .map(event -> {
                    ObjectNode payload = event.payload().deepCopy();
                    payload.remove(List.of("room", "from", "to"));
                    return new Message(event.at(), event.fromFirst(), event.candidate(), utf8(payload));
                })
                .toList();
    }

    private static byte[] utf8(JsonNode payload) {
        return payload.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<Message> structured(List<Trace.Event> events, Duration gap, int mostItems) {
        List<Message> messages = new ArrayList<>();
        Batch batch = new Batch(messages, gap, mostItems);
        for (Trace.Event event : events) {
            batch.passTo(event.at());
            if (event.candidate()) {
                batch.add(event);
            } else {
                batch.flush(event.at());
                messages.add(new Message(
                        event.at(), event.fromFirst(), false, StructuredSignals.description(event.payload())));
            }
        }
        batch.flush(batch.due);
        return messages;
    }

    /** What one peer holds back for the other; by the rules of the browser client's {@code signalling.js}. */
    private static final class Batch {

        private final List<Message> messages;
        private final Duration gap;
        private final int mostItems;
        private final List<JsonNode> items = new ArrayList<>();
        private boolean fromFirst;
        private String ufrag = "";
        private int bytes;
        private Duration since = Duration.ZERO;
        private Duration due = Duration.ZERO;

        Batch(List<Message> messages, Duration gap, int mostItems) {
            this.messages = messages;
            this.gap = gap;
            this.mostItems = mostItems;
        }

        /** Sends what is due before a time. */
        void passTo(Duration now) {
            if (!items.isEmpty() && due.compareTo(now) < 0) {
                flush(due);
            }
        }

        void add(Trace.Event event) {
            JsonNode candidate = event.payload().get("candidate");
            String line = StructuredSignals.line(candidate);
            String generation = candidate.isNull() ? ufrag : StructuredSignals.ufrag(candidate);
            int size = ITEM_OVERHEAD
                    + line.length()
                    + (candidate.isNull() ? 0 : generation.length())
                    + candidate.path("sdpMid").asText("").length();
            if (!generation.equals(ufrag) || bytes + size > MOST_BYTES) {
                flush(event.at());
            }
            if (items.isEmpty()) {
                since = event.at();
                fromFirst = event.fromFirst();
                ufrag = generation;
            }
            items.add(candidate);
            bytes += size;
            Duration latest = since.plus(MOST_DELAY);
            Duration idle = event.at().plus(gap);
            due = idle.compareTo(latest) < 0 ? idle : latest;
            if (line.isEmpty() || items.size() >= mostItems || gap.isZero()) {
                flush(event.at());
            }
        }

        void flush(Duration now) {
            if (!items.isEmpty()) {
                messages.add(new Message(now, fromFirst, true, StructuredSignals.candidates(items)));
                items.clear();
                bytes = 0;
            }
        }
    }
}
