package io.roomcast.runtime.outbound.policy;

import static io.roomcast.runtime.outbound.policy.OnePeer.lane;
import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.DeliveryPolicy;
import io.roomcast.Ordering;
import io.roomcast.PolicyFlush;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** Random messages, times and stalls against models that are too simple to be wrong. The seed is in every failure's text. */
class HoldingsRandomTest {

    private static final int RUNS = 300;
    private static final int STEPS = 200;
    private static final String[] SENDERS = {"", "ann", "bob"};

    private record Said(String sender, String text) {}

    private interface Run {
        void with(SplittableRandom random, OnePeer peer);
    }

    private static void runs(Run run) {
        long first = new Random().nextLong();
        for (long seed = first; seed < first + RUNS; seed++) {
            OnePeer peer = new OnePeer();
            try {
                run.with(new SplittableRandom(seed), peer);
                assertThat(peer.budget.waitingBytes())
                        .as("bytes that wait at the end")
                        .isZero();
                assertThat(peer.flushes)
                        .allSatisfy(flush ->
                                assertThat(flush.in()).isEqualTo(flush.out() + flush.conflated() + flush.dropped()));
                assertThat(peer.overflows).isZero();
            } catch (Throwable failed) {
                throw new AssertionError("seed " + seed, failed);
            }
        }
    }

    private static void end(OnePeer peer) {
        peer.resume();
        peer.pass(2_000);
    }

    private static int sum(OnePeer peer, ToIntFunction<PolicyFlush> count) {
        return peer.flushes.stream().mapToInt(count).sum();
    }

    @Test
    void appendedMessagesAreAllThereInTheOrderOfTheRoom() {
        runs((random, peer) -> {
            List<Lane> lanes = List.of(
                    lane("a", DeliveryPolicy.append().maxItems(4)),
                    lane("b", DeliveryPolicy.append().maxBytes(12)));
            List<Said> said = talk(random, peer, lanes);
            assertThat(peer.texts())
                    .containsExactlyElementsOf(said.stream().map(Said::text).toList());
        });
    }

    @Test
    void appendedMessagesOfAPairAreAllThereInItsOrder() {
        runs((random, peer) -> {
            DeliveryPolicy pairs = DeliveryPolicy.append().ordering(Ordering.PAIR);
            List<Said> said = talk(random, peer, List.of(lane("a", pairs.maxItems(4)), lane("b", pairs.maxKeys(1))));
            Map<String, String> senders = new HashMap<>();
            said.forEach(message -> senders.put(message.text(), message.sender()));
            assertThat(peer.texts())
                    .containsExactlyInAnyOrderElementsOf(
                            said.stream().map(Said::text).toList());
            for (String sender : SENDERS) {
                // A message of nobody has its place among everybody's.
                assertThat(peer.texts().stream()
                                .filter(text -> concerns(sender, senders.get(text)))
                                .toList())
                        .as("messages of %s", sender)
                        .containsExactlyElementsOf(said.stream()
                                .filter(message -> concerns(sender, message.sender()))
                                .map(Said::text)
                                .toList());
            }
        });
    }

    private static boolean concerns(String sender, String from) {
        return from.isEmpty() || from.equals(sender);
    }

    /** Appended, plain and urgent messages of several senders and keys, between pauses and stalls. */
    private static List<Said> talk(SplittableRandom random, OnePeer peer, List<Lane> lanes) {
        List<Said> said = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            String text = "m" + i;
            String sender = SENDERS[random.nextInt(SENDERS.length)];
            switch (random.nextInt(10)) {
                case 0 -> peer.stall();
                case 1 -> peer.resume();
                case 2, 3 -> peer.pass(random.nextInt(10));
                case 4 -> {
                    peer.sayPlainly(sender, text);
                    said.add(new Said(sender, text));
                }
                default -> {
                    peer.sayInTurn(
                            lanes.get(random.nextInt(lanes.size())),
                            "k" + random.nextInt(2),
                            sender,
                            random.nextInt(10) == 0,
                            text);
                    if (random.nextBoolean()) {
                        peer.endTurn();
                    }
                    said.add(new Said(sender, text));
                }
            }
        }
        end(peer);
        return said;
    }

    @Test
    void ofEachKeyTheNewestArrives() {
        runs((random, peer) -> {
            Lane quotes = lane("quotes", DeliveryPolicy.latest());
            List<String> expected = new ArrayList<>();
            Map<String, String> held = new LinkedHashMap<>();
            boolean stalled = false;
            boolean blocked = false;
            for (int i = 0; i < STEPS; i++) {
                switch (random.nextInt(8)) {
                    case 0 -> {
                        stalled = true;
                        peer.stall();
                    }
                    case 1 -> {
                        stalled = false;
                        blocked = false;
                        peer.resume();
                        expected.addAll(held.values());
                        held.clear();
                    }
                    case 2 -> peer.pass(random.nextInt(50));
                    default -> {
                        String key = "k" + random.nextInt(5);
                        String text = key + "-" + i;
                        peer.say(quotes, key, "", text);
                        if (blocked) {
                            held.put(key, text);
                        } else {
                            expected.add(text);
                            blocked = stalled;
                        }
                    }
                }
            }
            end(peer);
            expected.addAll(held.values());
            assertThat(peer.texts()).containsExactlyElementsOf(expected);
        });
    }

    @Test
    void atAnIntervalTheNewestOfEachKeyArrivesLast() {
        runs((random, peer) -> {
            Lane quotes = lane(
                    "quotes",
                    DeliveryPolicy.latest()
                            .minInterval(Duration.ofMillis(20))
                            .idleGap(Duration.ofMillis(random.nextInt(3)))
                            .maxKeys(1 + random.nextInt(6)));
            Map<String, List<String>> sent = new LinkedHashMap<>();
            for (int i = 0; i < STEPS; i++) {
                switch (random.nextInt(8)) {
                    case 0 -> peer.stall();
                    case 1 -> peer.resume();
                    case 2 -> peer.pass(random.nextInt(50));
                    default -> {
                        String key = "k" + random.nextInt(5);
                        String text = key + "-" + i;
                        sent.computeIfAbsent(key, none -> new ArrayList<>()).add(text);
                        peer.say(quotes, key, "", text);
                    }
                }
            }
            end(peer);
            sent.forEach((key, values) -> {
                List<String> got = peer.texts().stream()
                        .filter(text -> text.startsWith(key + "-"))
                        .toList();
                assertThat(values).as("what was sent of %s", key).containsSubsequence(got);
                assertThat(got).endsWith(values.get(values.size() - 1));
            });
            assertThat(sum(peer, PolicyFlush::out) + peer.telemetry.messagesConflated())
                    .isEqualTo(sum(peer, PolicyFlush::in));
        });
    }

    @Test
    void theNewestFewThatAreNotTooOldArrive() {
        runs((random, peer) -> {
            Lane positions = lane("positions", DeliveryPolicy.dropOldest(3, Duration.ofMillis(30)));
            List<String> expected = new ArrayList<>();
            ArrayDeque<Map.Entry<String, Integer>> held = new ArrayDeque<>();
            boolean stalled = false;
            boolean blocked = false;
            int now = 0;
            for (int i = 0; i < STEPS; i++) {
                switch (random.nextInt(8)) {
                    case 0 -> {
                        stalled = true;
                        peer.stall();
                    }
                    case 1 -> {
                        stalled = false;
                        blocked = false;
                        peer.resume();
                        int time = now;
                        held.stream()
                                .filter(kept -> time - kept.getValue() < 30)
                                .map(Map.Entry::getKey)
                                .forEach(expected::add);
                        held.clear();
                    }
                    case 2 -> {
                        int millis = random.nextInt(20);
                        now += millis;
                        peer.pass(millis);
                    }
                    default -> {
                        String text = "p" + i;
                        peer.say(positions, text);
                        if (blocked) {
                            held.add(Map.entry(text, now));
                            if (held.size() > 3) {
                                held.remove();
                            }
                        } else {
                            expected.add(text);
                            blocked = stalled;
                        }
                    }
                }
            }
            int time = now;
            peer.resume();
            held.stream()
                    .filter(kept -> time - kept.getValue() < 30)
                    .map(Map.Entry::getKey)
                    .forEach(expected::add);
            assertThat(peer.texts()).containsExactlyElementsOf(expected);
        });
    }

    @Test
    void everyMessageIsMergedOnceAndInOrder() {
        runs((random, peer) -> {
            Lane sums = lane(
                    "sums",
                    DeliveryPolicy.merge((older, newer) -> newer)
                            .maxDelay(Duration.ofMillis(10))
                            .maxItems(2 + random.nextInt(5))
                            .maxKeys(1 + random.nextInt(5)));
            Map<String, List<String>> sent = new LinkedHashMap<>();
            for (int i = 0; i < STEPS; i++) {
                switch (random.nextInt(8)) {
                    case 0 -> peer.stall();
                    case 1 -> peer.resume();
                    case 2 -> peer.pass(random.nextInt(12));
                    default -> {
                        String key = "k" + random.nextInt(4);
                        String text = key + "-" + i;
                        sent.computeIfAbsent(key, none -> new ArrayList<>()).add(text);
                        peer.say(sums, key, "", text);
                    }
                }
            }
            end(peer);
            List<String> parts = peer.texts().stream()
                    .flatMap(text -> List.of(text.split("\\+")).stream())
                    .toList();
            sent.forEach((key, values) -> assertThat(parts.stream()
                            .filter(part -> part.startsWith(key + "-"))
                            .toList())
                    .containsExactlyElementsOf(values));
        });
    }
}
