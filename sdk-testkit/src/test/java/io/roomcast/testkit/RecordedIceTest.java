package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Coalescing;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every recorded signalling session of real browsers, in its own time, from clients that send each candidate by itself, through
 * two nodes whose rooms coalesce at the server's output.
 */
class RecordedIceTest {

    private static final Path TRACES =
            Path.of(System.getProperty("basedir", "."), "../sdk-js-client/src/test/data/webrtc");

    private static final Pattern EVENT = Pattern.compile(
            "\\{\"s\":\"([^\"]*)\",\"t\":([0-9.]+),\"from\":\"([^\"]*)\",\"to\":\"([^\"]*)\",\"type\":\"([^\"]*)\",\"payload\":(.*)}");

    private static final String ROOM = "session/1";

    private static final RoomHandler RELAY = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            message.to()
                    .ifPresent(
                            to -> room.broadcast(message).toPeers(to).from(peer).send());
        }
    };

    private record Event(long micros, String from, String to, String type, String payload) {
        boolean isDescription() {
            return type.equals("offer") || type.equals("answer");
        }
    }

    private static Map<String, List<Event>> sessions() throws IOException {
        Map<String, List<Event>> sessions = new LinkedHashMap<>();
        List<Path> files;
        try (Stream<Path> all = Files.list(TRACES)) {
            files = all.filter(file -> file.getFileName().toString().matches("trace-.*\\.jsonl"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            for (String line : Files.readAllLines(file)) {
                Matcher event = EVENT.matcher(line);
                if (event.matches()) {
                    sessions.computeIfAbsent(event.group(1), name -> new ArrayList<>())
                            .add(new Event(
                                    Math.round(Double.parseDouble(event.group(2)) * 1000),
                                    event.group(3),
                                    event.group(4),
                                    event.group(5),
                                    event.group(6)));
                }
            }
        }
        return sessions;
    }

    /**
     * @param oneEvent whether descriptions and candidates travel under one event, as {@code signal}, or each under its own
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyPayloadArrivesAsItWasOnceAndInOrderInHalfOfTheCandidateMessages(boolean oneEvent) throws IOException {
        Map<String, List<Event>> sessions = sessions();
        assertThat(sessions).hasSizeGreaterThanOrEqualTo(29);
        RoomOptions coalescing = RoomOptions.builder()
                .policy(oneEvent ? "signal" : "candidate", Coalescing.iceCandidates())
                .build();
        int all = 0;
        int descriptions = 0;
        int off = 0;
        int on = 0;
        for (Map.Entry<String, List<Event>> session : sessions.entrySet()) {
            all += session.getValue().size();
            descriptions += (int)
                    session.getValue().stream().filter(Event::isDescription).count();
            off += replay(session.getKey(), session.getValue(), oneEvent, RoomOptions.defaults());
            on += replay(session.getKey(), session.getValue(), oneEvent, coalescing);
        }
        double total = 1 - (double) on / off;
        double candidates = 1 - (double) (on - descriptions) / (off - descriptions);
        System.out.printf(
                "%s: %d signals, %d of them descriptions; WebSocket messages of the server %d, coalesced %d: %.1f %% fewer, of the candidates' %.1f %%%n",
                oneEvent ? "one event" : "an event each", all, descriptions, off, on, 100 * total, 100 * candidates);
        assertThat(off).as("messages without a policy").isEqualTo(all);
        assertThat(candidates).as("share of candidate messages that is saved").isGreaterThanOrEqualTo(0.5);
    }

    /** Returns how many WebSocket messages the server sent. */
    private static int replay(String name, List<Event> events, boolean oneEvent, RoomOptions options) {
        try (TestCluster cluster = TestCluster.builder()
                .seed(name.hashCode())
                .room("session/{id}", options, node -> RELAY)
                .start()) {
            Map<String, TestPeer> peers = new LinkedHashMap<>();
            for (Event event : events) {
                for (String peer : List.of(event.from(), event.to())) {
                    peers.computeIfAbsent(peer, key -> cluster.peer(1 + peers.size() % 2));
                }
            }
            peers.values().forEach(peer -> peer.join(ROOM));
            int before = count(peers);
            long now = 0;
            for (Event event : events) {
                if (event.micros() > now) {
                    cluster.advance(Duration.ofNanos((event.micros() - now) * 1000));
                    now = event.micros();
                }
                String to = peers.get(event.to()).id();
                peers.get(event.from()).sayToLater(ROOM, to, oneEvent ? "signal" : event.type(), event.payload());
                cluster.settle();
                if (event.isDescription()) {
                    assertThat(peers.get(event.to()).messages())
                            .as("a description is never held; session %s", name)
                            .last()
                            .extracting(Received::text)
                            .isEqualTo(event.payload());
                }
            }
            cluster.advance(Duration.ofMillis(300));
            for (String to : peers.keySet()) {
                for (String from : peers.keySet()) {
                    assertThat(peers.get(to).messages(ROOM).stream()
                                    .filter(message -> message.from()
                                            .equals(peers.get(from).id()))
                                    .map(Received::text)
                                    .toList())
                            .as("session %s, from %s to %s", name, from, to)
                            .containsExactlyElementsOf(events.stream()
                                    .filter(event -> event.from().equals(from)
                                            && event.to().equals(to))
                                    .map(Event::payload)
                                    .toList());
                }
            }
            assertThat(cluster.node(1).stats().outboundBytes()).isZero();
            assertThat(cluster.node(2).stats().outboundBytes()).isZero();
            return count(peers) - before;
        }
    }

    private static int count(Map<String, TestPeer> peers) {
        return peers.values().stream().mapToInt(TestPeer::webSocketMessages).sum();
    }
}
