package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.Retention;
import io.roomcast.testkit.bridge.BridgeRecorder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One node that appends and publishes without a pause, and one that must be told: every acknowledged entry once and in order, or that it was
 * lost; and of the envelopes, which carry numbers as the runtime's do, each at most once and every loss by a jump.
 */
final class Traffic implements AutoCloseable {

    static final Retention RETENTION = new Retention(50_000, Duration.ofHours(1));
    static final int ROOMS = 4;

    private final Bridge from;
    private final Bridge to;
    private final Heard heard;
    private final Thread thread;
    private final Map<String, Set<String>> acknowledged = new ConcurrentHashMap<>();
    private final List<CompletableFuture<?>> open = new ArrayList<>();
    private final AtomicInteger failed = new AtomicInteger();
    private final Map<String, Integer> published = new HashMap<>();
    private volatile boolean stop;
    private int number;

    /** What the receiving node is told. */
    static final class Heard implements BridgeListener {
        final Map<String, List<String>> entries = new ConcurrentHashMap<>();
        final Map<String, HistoryPosition> last = new ConcurrentHashMap<>();
        final Map<String, List<HistoryPosition>> lost = new ConcurrentHashMap<>();
        final Map<String, List<Integer>> envelopes = new ConcurrentHashMap<>();
        final List<String> offences = new ArrayList<>();
        final List<BridgeState> states = new ArrayList<>();
        final List<String> nodes = new ArrayList<>();

        @Override
        public void onEnvelope(String room, byte[] envelope) {
            envelopes.computeIfAbsent(room, key -> new ArrayList<>()).add(Integer.valueOf(text(envelope)));
        }

        @Override
        public void onAppended(String room, HistoryPosition position, byte[] envelope) {
            HistoryPosition before = last.put(room, position);
            boolean follows = before == null
                    || before.epoch().equals(position.epoch()) && before.offset() + 1 == position.offset();
            if (!follows) {
                offences.add(room + ": " + position + " follows " + before);
            }
            entries.computeIfAbsent(room, key -> new ArrayList<>()).add(text(envelope));
        }

        @Override
        public void onHistoryLost(String room, HistoryPosition resumesAfter) {
            last.put(room, resumesAfter);
            lost.computeIfAbsent(room, key -> new ArrayList<>()).add(resumesAfter);
        }

        @Override
        public synchronized void onNodeJoined(String nodeId) {
            nodes.add("joined " + nodeId);
        }

        @Override
        public synchronized void onNodeLost(String nodeId) {
            nodes.add("lost " + nodeId);
        }

        @Override
        public synchronized void onState(BridgeState state) {
            states.add(state);
        }

        synchronized List<String> nodes() {
            return List.copyOf(nodes);
        }

        synchronized List<BridgeState> states() {
            return List.copyOf(states);
        }
    }

    /** Starts two bridges, and lets messages flow from one to the other. */
    static Traffic between(Bridge from, Bridge to, Heard heard, Opened open) {
        from.start("from", new BridgeRecorder());
        to.start("to", heard);
        await("they know each other")
                .until(() -> to.nodes().contains("from") && from.nodes().contains("to"));
        Traffic traffic = open.add(new Traffic(from, to, heard));
        await("traffic flows").until(() -> traffic.acknowledgements() > 100);
        return traffic;
    }

    private Traffic(Bridge from, Bridge to, Heard heard) {
        this.from = from;
        this.to = to;
        this.heard = heard;
        for (int room = 0; room < ROOMS; room++) {
            HistoryPosition begin =
                    get(to.subscribeHistory(history(room), RETENTION).toCompletableFuture());
            heard.last.put(history(room), begin);
            get(to.subscribe(plain(room)).toCompletableFuture());
            acknowledged.put(history(room), ConcurrentHashMap.newKeySet());
        }
        this.thread = new Thread(this::run, "traffic");
        thread.start();
    }

    /** Lets it go on for a while. */
    void flow(long millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long left;
        while ((left = until - System.nanoTime()) > 0) {
            LockSupport.parkNanos(left);
        }
    }

    private void run() {
        while (!stop) {
            for (int i = 0; i < 10; i++) {
                step();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private void step() {
        int room = number % ROOMS;
        String text = "e" + ++number;
        String id = number % 7 == 0 ? text : null;
        CompletableFuture<Appended> appended =
                from.append(history(room), RETENTION, id, bytes(text)).toCompletableFuture();
        appended.whenComplete((position, failure) -> {
            if (failure == null) {
                acknowledged.get(history(room)).add(text);
            } else {
                failed.incrementAndGet();
            }
        });
        open.add(appended);
        int count = published.merge(plain(room), 1, Integer::sum);
        open.add(from.publish(plain(room), bytes(String.valueOf(count))).toCompletableFuture());
    }

    /** Stops, waits until all is well again, and says what was told. */
    Result result() {
        stop();
        Result result = settle();
        System.out.println(result + "; appends failed " + failures());
        return result;
    }

    /** Stops; every future must have completed soon. */
    void stop() {
        stop = true;
        try {
            thread.join(10_000);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        assertThat(thread.isAlive()).as("publishing blocks").isFalse();
        await("no future hangs")
                .atMost(Duration.ofSeconds(10))
                .until(() -> open.stream().allMatch(CompletableFuture::isDone));
    }

    /** Waits until all is well again and looks at what was told. */
    Result settle() {
        await("both are up")
                .atMost(Duration.ofSeconds(20))
                .until(() -> from.state() == BridgeState.UP && to.state() == BridgeState.UP);
        Result result = new Result();
        for (int room = 0; room < ROOMS; room++) {
            settleLog(history(room), result);
            settleEnvelopes(plain(room), result);
        }
        assertThat(heard.offences).isEmpty();
        return result;
    }

    private void settleLog(String room, Result result) {
        HistoryPosition end = get(from.append(room, RETENTION, null, bytes("end"))
                        .toCompletableFuture())
                .position();
        await("the end of the log of " + room)
                .atMost(Duration.ofSeconds(20))
                .until(() -> end.equals(heard.last.get(room)));
        List<String> told = List.copyOf(heard.entries.get(room));
        Set<String> once = new HashSet<>(told);
        result.entries += told.size();
        result.doubled += told.size() - once.size();
        Set<String> missing = new HashSet<>(acknowledged.get(room));
        result.acknowledged += missing.size();
        missing.removeAll(once);
        result.missing += missing.size();
        result.lossesTold += heard.lost.getOrDefault(room, List.of()).size();
    }

    private void settleEnvelopes(String room, Result result) {
        int end = published.merge(room, 1, Integer::sum);
        get(from.publish(room, bytes(String.valueOf(end))).toCompletableFuture());
        await("the last envelope of " + room).atMost(Duration.ofSeconds(20)).until(() -> {
            List<Integer> numbers = heard.envelopes.get(room);
            return numbers != null && !numbers.isEmpty() && numbers.get(numbers.size() - 1) == end;
        });
        List<Integer> numbers = List.copyOf(heard.envelopes.get(room));
        int before = 0;
        for (int arrived : numbers) {
            assertThat(arrived)
                    .as("envelopes of " + room + " are in order, none twice")
                    .isGreaterThan(before);
            result.gaps += arrived - before - 1;
            before = arrived;
        }
        result.volatileLost += end - numbers.size();
        result.published += end;
    }

    int failures() {
        return failed.get();
    }

    int acknowledgements() {
        return acknowledged.values().stream().mapToInt(Set::size).sum();
    }

    @Override
    public void close() {
        stop = true;
    }

    /** What came of it. */
    static final class Result {
        int entries;
        int acknowledged;
        int missing;
        int doubled;
        int lossesTold;
        int published;
        int volatileLost;
        int gaps;

        /** No acknowledged entry is missing and none is told twice, without a word about a loss. */
        Result nothingLostFromHistory() {
            assertThat(missing).as("acknowledged entries that were not told").isZero();
            assertThat(lossesTold).as("losses of history told").isZero();
            return everyLossIsTold();
        }

        Result everyLossIsTold() {
            assertThat(doubled).as("entries told twice").isZero();
            assertThat(gaps).as("the jumps in the numbers are what was lost").isEqualTo(volatileLost);
            assertThat(acknowledged).isPositive();
            assertThat(published).isPositive();
            return this;
        }

        @Override
        public String toString() {
            return "entries acknowledged " + acknowledged + ", told " + entries + ", missing " + missing + ", doubled "
                    + doubled + ", losses told " + lossesTold + "; envelopes published " + published + ", lost "
                    + volatileLost;
        }
    }

    static String history(int room) {
        return "history/" + room;
    }

    static String plain(int room) {
        return "plain/" + room;
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
