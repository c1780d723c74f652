package io.roomcast.testkit.junit.bridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roomcast.HistoryPosition;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import io.roomcast.testkit.bridge.BridgeRecorder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the runtime relies on, as tests that every bridge must pass: extend it and say how a bridge is made.
 *
 * <pre>{@code
 * class MyBridgeTest extends BridgeContract {
 *     @Override
 *     protected Bridge newBridge() {
 *         return new MyBridge(server.address());
 *     }
 * }
 * }</pre>
 */
public abstract class BridgeContract {

    /** Much history. */
    protected static final Retention LONG = new Retention(100_000, Duration.ofHours(1));

    private final List<Bridge> bridges = new ArrayList<>();
    private int lastNode;

    /** A node with its bridge and what that tells. */
    protected record Node(String id, Bridge bridge, BridgeRecorder told) {}

    /** For those who extend it. */
    protected BridgeContract() {}

    /** Returns a bridge that is not started. All bridges of one test belong to one cluster, and to no other test's. */
    protected abstract Bridge newBridge();

    /** Returns how long something may take that should take milliseconds; default 20 s. */
    protected Duration patience() {
        return Duration.ofSeconds(20);
    }

    /** Starts a node and waits until it is up. */
    protected final Node start() {
        return start(newBridge());
    }

    /** Starts a node on a bridge and waits until it is up. */
    protected final Node start(Bridge bridge) {
        bridges.add(bridge);
        Node node = new Node("node" + ++lastNode, bridge, new BridgeRecorder());
        bridge.start(node.id(), node.told());
        await("the bridge is up", () -> bridge.state() == BridgeState.UP);
        return node;
    }

    /** Starts nodes and waits until each knows the others. */
    protected final List<Node> start(int count) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(start());
        }
        awaitAcquaintance(nodes);
        return nodes;
    }

    /** Waits until each node knows the others. */
    protected final void awaitAcquaintance(List<Node> nodes) {
        for (Node node : nodes) {
            Set<String> others = nodes.stream()
                    .map(Node::id)
                    .filter(id -> !id.equals(node.id()))
                    .collect(Collectors.toSet());
            await(node.id() + " knows the others", () -> node.bridge().nodes().containsAll(others));
        }
    }

    /** Closes what the test opened; nobody may have broken a rule. */
    @AfterEach
    protected void closeBridges() {
        bridges.forEach(Bridge::close);
    }

    // ---- envelopes

    @Test
    void whatIsPublishedReachesTheOthersThatWantTheRoomAndNobodyElse() {
        List<Node> nodes = start(3);
        get(nodes.get(0).bridge().subscribe("r"));
        get(nodes.get(1).bridge().subscribe("r"));
        get(nodes.get(2).bridge().subscribe("other"));
        get(nodes.get(0).bridge().publish("r", bytes("1")));
        get(nodes.get(0).bridge().publish("other", bytes("2")));
        await("both arrive", () -> told(nodes.get(1), "r") == 1 && told(nodes.get(2), "other") == 1);
        assertEquals(List.of("1"), nodes.get(1).told().envelopes("r"));
        assertEquals(Set.of(), nodes.get(0).told().rooms());
        assertEquals(Set.of("other"), nodes.get(2).told().rooms());
    }

    @Test
    void whatIsSentReachesTheOneNodeWhetherOrNotItWantsTheRoom() {
        List<Node> nodes = start(3);
        get(nodes.get(2).bridge().subscribe("r"));
        get(nodes.get(0).bridge().send(nodes.get(1).id(), "r", bytes("1")));
        get(nodes.get(0).bridge().send(nodes.get(2).id(), "r", bytes("2")));
        await("both arrive", () -> told(nodes.get(1), "r") == 1 && told(nodes.get(2), "r") == 1);
        assertEquals(List.of("1"), nodes.get(1).told().envelopes("r"));
        assertEquals(List.of("2"), nodes.get(2).told().envelopes("r"));
    }

    @Test
    void aNodeThatNobodyKnowsHasNoRoute() {
        Node node = start();
        assertThrows(RoomcastException.class, () -> get(node.bridge().send("nobody", "r", bytes("1"))));
    }

    @Test
    void publishesAndSendsAboutARoomKeepTheirOrder() {
        List<Node> nodes = start(2);
        Node from = nodes.get(0);
        Node to = nodes.get(1);
        List<String> rooms = List.of("a", "b", "c");
        rooms.forEach(room -> get(to.bridge().subscribe(room)));
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<CompletionStage<Void>> stages = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            String room = rooms.get(random.nextInt(rooms.size()));
            byte[] envelope = bytes(String.valueOf(i));
            stages.add(
                    random.nextInt(3) == 0
                            ? from.bridge().send(to.id(), room, envelope)
                            : from.bridge().publish(room, envelope));
        }
        stages.forEach(this::get);
        await(
                "all arrive",
                () -> rooms.stream().mapToInt(room -> told(to, room)).sum() == stages.size());
        for (String room : rooms) {
            List<Integer> numbers =
                    to.told().envelopes(room).stream().map(Integer::valueOf).toList();
            assertEquals(numbers.stream().sorted().toList(), numbers, "order in room " + room);
        }
        assertEquals(List.of(), to.told().offences());
    }

    @Test
    void eachThreadsEnvelopesKeepTheirOrder() throws InterruptedException {
        List<Node> nodes = start(2);
        Node to = nodes.get(1);
        get(to.bridge().subscribe("r"));
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            String name = "t" + number + " ";
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 500; i++) {
                    nodes.get(0).bridge().publish("r", bytes(name + i));
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await("all arrive", () -> told(to, "r") == 2000);
        for (int number = 0; number < 4; number++) {
            String name = "t" + number + " ";
            assertEquals(
                    IntStream.range(0, 500).mapToObj(i -> name + i).toList(),
                    to.told().envelopes("r").stream()
                            .filter(text -> text.startsWith(name))
                            .toList());
        }
    }

    @Test
    void namesAndEnvelopesOfAllShapesArriveAsTheyAre() {
        List<Node> nodes = start(2);
        byte[] big = new byte[1 << 20];
        new Random(7).nextBytes(big);
        List<byte[]> envelopes = List.of(new byte[0], new byte[] {0, -1, 13, 10}, big);
        for (String room : List.of("a b", "{x}:r:y", "größe/日本/🎈", "*\r\n$3", "r".repeat(255))) {
            get(nodes.get(1).bridge().subscribe(room));
            for (byte[] envelope : envelopes) {
                get(nodes.get(0).bridge().publish(room, envelope));
            }
            await("all arrive in " + room, () -> told(nodes.get(1), room) == envelopes.size());
            for (int i = 0; i < envelopes.size(); i++) {
                assertArrayEquals(
                        envelopes.get(i), nodes.get(1).told().bytes(room).get(i));
            }
        }
    }

    @Test
    void aRoomThatIsNotWantedAnyMoreIsSilentUntilItIsWantedAgain() {
        List<Node> nodes = start(2);
        Node from = nodes.get(0);
        Node to = nodes.get(1);
        get(to.bridge().subscribe("r"));
        get(to.bridge().subscribe("end"));
        get(from.bridge().publish("r", bytes("1")));
        await("the first arrives", () -> told(to, "r") == 1);
        to.bridge().unsubscribe("r");
        get(from.bridge().publish("r", bytes("2")));
        get(from.bridge().publish("end", bytes("now")));
        await("the end arrives", () -> told(to, "end") == 1);
        get(to.bridge().subscribe("r"));
        get(from.bridge().publish("r", bytes("3")));
        await("the last arrives", () -> to.told().envelopes("r").contains("3"));
        assertEquals(List.of("1", "3"), to.told().envelopes("r"));
    }

    @Test
    void afterAStormOfComingAndGoingExactlyTheWantedRoomsAreHeard() throws InterruptedException {
        List<Node> nodes = start(2);
        Node to = nodes.get(1);
        int rooms = 200;
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        List<Thread> threads = new ArrayList<>();
        Set<String> wanted = new HashSet<>();
        for (int part = 0; part < 4; part++) {
            Random random = new Random(seed + part);
            List<String> mine = IntStream.iterate(part, room -> room < rooms, room -> room + 4)
                    .mapToObj(room -> "storm" + room)
                    .toList();
            Set<String> left = new HashSet<>();
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 1000; i++) {
                    String room = mine.get(random.nextInt(mine.size()));
                    if (left.remove(room)) {
                        to.bridge().unsubscribe(room);
                    } else {
                        left.add(room);
                        to.bridge().subscribe(room);
                    }
                }
                synchronized (wanted) {
                    wanted.addAll(left);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        wanted.forEach(room -> get(to.bridge().subscribe(room)));
        get(to.bridge().subscribe("end"));
        for (int room = 0; room < rooms; room++) {
            get(nodes.get(0).bridge().publish("storm" + room, bytes("x")));
        }
        get(nodes.get(0).bridge().publish("end", bytes("x")));
        await(
                "every wanted room and the end are heard",
                () -> to.told().rooms().containsAll(wanted) && to.told().rooms().contains("end"));
        Set<String> heard = new HashSet<>(to.told().rooms());
        heard.remove("end");
        assertEquals(wanted, heard);
    }

    // ---- nodes

    @Test
    void nodesHearOfEachOtherOnceAndBeforeTheFirstEnvelope() {
        List<Node> nodes = start(2);
        Node late = start();
        get(late.bridge().send(nodes.get(0).id(), "r", bytes("1")));
        await("the envelope arrives", () -> told(nodes.get(0), "r") == 1);
        assertEquals(
                List.of("joined " + nodes.get(1).id(), "joined " + late.id(), "r 1"),
                nodes.get(0).told().story());
        assertFalse(late.bridge().nodes().contains(late.id()), "a node is not among the others");
    }

    @Test
    void aNodeThatLeavesIsLostAndSaysNothingAfterwards() {
        List<Node> nodes = start(2);
        Node left = nodes.get(0);
        get(nodes.get(1).bridge().subscribe("r"));
        left.bridge().publish("r", bytes("1"));
        left.bridge().close();
        left.bridge().close();
        await("it is lost", () -> nodes.get(1).told().story().contains("lost " + left.id()));
        List<String> story = nodes.get(1).told().story();
        assertEquals("lost " + left.id(), story.get(story.size() - 1));
        assertFalse(nodes.get(1).bridge().nodes().contains(left.id()));
        assertThrows(RoomcastException.class, () -> get(nodes.get(1).bridge().send(left.id(), "r", bytes("2"))));
    }

    @Test
    void aBridgeIsStartedOnceAndFailsEverythingWhenItIsClosed() {
        Node node = start();
        assertThrows(IllegalStateException.class, () -> node.bridge().start("again", new BridgeRecorder()));
        node.bridge().close();
        assertEquals(BridgeState.CLOSED, node.bridge().state());
        assertThrows(RoomcastException.class, () -> get(node.bridge().publish("r", bytes("1"))));
        assertThrows(RoomcastException.class, () -> get(node.bridge().append("r", LONG, null, bytes("1"))));
        assertThrows(RoomcastException.class, () -> get(node.bridge().readHistory("r", LONG, 0, 1)));
        assertThrows(RoomcastException.class, () -> get(node.bridge().subscribeHistory("r", LONG)));
    }

    // ---- history

    @Test
    void allNodesAreToldTheSameEntriesInTheSameOrderTheirOwnIncluded() throws InterruptedException {
        List<Node> nodes = start(3);
        nodes.forEach(node -> get(node.bridge().subscribeHistory("h", LONG)));
        List<Thread> threads = new ArrayList<>();
        for (Node node : nodes) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 300; i++) {
                    node.bridge().append("h", LONG, null, bytes(node.id() + " " + i));
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        nodes.forEach(node -> await(
                "all entries are told to " + node.id(),
                () -> node.told().entries("h").size() == 900));
        List<String> entries = nodes.get(0).told().entries("h");
        for (Node node : nodes) {
            assertEquals(entries, node.told().entries("h"));
            assertEquals(List.of(), node.told().offences());
            assertEquals(List.of(), node.told().losses("h"));
            assertEquals(1, node.told().positions("h").get(0).offset());
            assertEquals(
                    IntStream.range(0, 300).mapToObj(i -> node.id() + " " + i).toList(),
                    entries.stream()
                            .filter(entry -> entry.startsWith(node.id() + " "))
                            .toList(),
                    "one node's entries keep their order");
        }
    }

    @Test
    void anAppendSaysWhereTheEntryStandsAndThatIsWhereItIsRead() {
        Node node = start();
        for (int i = 1; i <= 25; i++) {
            Appended appended = get(node.bridge().append("h", LONG, null, bytes("e" + i)));
            assertEquals(i, appended.position().offset());
            assertFalse(appended.duplicate());
        }
        HistorySlice page = get(node.bridge().readHistory("h", LONG, 10, 7));
        assertEquals(1, page.oldest());
        assertEquals(25, page.newest());
        assertEquals(
                List.of("e11", "e12", "e13", "e14", "e15", "e16", "e17"),
                page.entries().stream().map(entry -> text(entry.envelope())).toList());
        assertEquals(11, page.entries().get(0).offset());
        assertEquals(
                8, get(node.bridge().readHistory("h", LONG, 17, 1000)).entries().size());
        assertEquals(
                List.of(), get(node.bridge().readHistory("h", LONG, 25, 10)).entries());
        assertEquals(
                List.of(),
                get(node.bridge().readHistory("h", LONG, 1_000_000, 10)).entries());
    }

    @Test
    void aLogThatNobodyAppendedToIsEmptyAndKeepsItsEpoch() {
        Node node = start();
        HistorySlice empty = get(node.bridge().readHistory("h", LONG, 0, 10));
        assertEquals(0, empty.newest());
        assertEquals(1, empty.oldest());
        assertEquals(List.of(), empty.entries());
        HistoryPosition begin = get(node.bridge().subscribeHistory("h", LONG));
        assertEquals(new HistoryPosition(empty.epoch(), 0), begin);
        Appended first = get(node.bridge().append("h", LONG, null, bytes("1")));
        assertEquals(new HistoryPosition(empty.epoch(), 1), first.position());
    }

    @Test
    void aMessageIdIsAppendedOnce() {
        List<Node> nodes = start(2);
        get(nodes.get(1).bridge().subscribeHistory("h", LONG));
        Appended first = get(nodes.get(0).bridge().append("h", LONG, "id1", bytes("1")));
        get(nodes.get(0).bridge().append("h", LONG, null, bytes("2")));
        Appended again = get(nodes.get(1).bridge().append("h", LONG, "id1", bytes("1")));
        Appended other = get(nodes.get(0).bridge().append("h", LONG, "id2", bytes("3")));
        assertFalse(first.duplicate());
        assertTrue(again.duplicate());
        assertEquals(first.position(), again.position());
        assertFalse(other.duplicate());
        assertEquals(3, other.position().offset());
        await("three entries are told", () -> nodes.get(1).told().entries("h").size() == 3);
        assertEquals(List.of("1", "2", "3"), nodes.get(1).told().entries("h"));
    }

    @Test
    void appendsThatWaitTogetherKeepTheirOrderWithAndWithoutIds() {
        Node node = start();
        List<CompletionStage<Appended>> stages = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            // Every fifth comes twice.
            String id = i % 5 == 0 ? "id" + i / 10 : null;
            stages.add(node.bridge().append("h", LONG, id, bytes(String.valueOf(i))));
        }
        List<Appended> done = stages.stream().map(this::get).toList();
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            boolean again = i % 10 == 5;
            assertEquals(again, done.get(i).duplicate(), "entry " + i);
            if (again) {
                assertEquals(done.get(i - 5).position(), done.get(i).position());
            } else {
                kept.add(String.valueOf(i));
                assertEquals(kept.size(), done.get(i).position().offset());
            }
        }
        assertEquals(
                kept,
                get(node.bridge().readHistory("h", LONG, 0, 1000)).entries().stream()
                        .map(entry -> text(entry.envelope()))
                        .toList());
    }

    @Test
    void whatIsBeyondTheSizeIsForgotten() {
        Node node = start();
        Retention ten = new Retention(10, Duration.ofHours(1));
        List<CompletionStage<Appended>> stages = new ArrayList<>();
        for (int i = 1; i <= 333; i++) {
            stages.add(node.bridge().append("h", ten, null, bytes("e" + i)));
        }
        stages.forEach(this::get);
        HistorySlice slice = get(node.bridge().readHistory("h", ten, 0, 1000));
        assertEquals(333, slice.newest());
        assertEquals(324, slice.oldest());
        assertEquals(
                IntStream.rangeClosed(324, 333).mapToObj(i -> "e" + i).toList(),
                slice.entries().stream().map(entry -> text(entry.envelope())).toList());
    }

    @Test
    void whatIsTooOldIsForgotten() {
        Node node = start();
        Retention brief = new Retention(1000, Duration.ofSeconds(1));
        Appended appended = get(node.bridge().append("h", brief, null, bytes("old")));
        await(
                "the entry is gone",
                () -> get(node.bridge().readHistory("h", brief, 0, 10))
                        .entries()
                        .isEmpty());
        HistorySlice empty = get(node.bridge().readHistory("h", brief, 0, 10));
        assertEquals(appended.position().epoch(), empty.epoch());
        assertEquals(1, empty.newest());
        assertEquals(2, empty.oldest());
    }

    @Test
    void whoFollowsWhileOthersAppendMissesNothingAfterItsPosition() throws InterruptedException {
        List<Node> nodes = start(2);
        Thread appending = new Thread(() -> {
            for (int i = 0; i < 2000; i++) {
                nodes.get(0).bridge().append("h", LONG, null, bytes("e" + (i + 1)));
            }
        });
        appending.start();
        HistoryPosition begin = get(nodes.get(1).bridge().subscribeHistory("h", LONG));
        appending.join();
        await("the last entry is told", () -> {
            List<HistoryPosition> positions = nodes.get(1).told().positions("h");
            return begin.offset() == 2000
                    || !positions.isEmpty()
                            && positions.get(positions.size() - 1).offset() == 2000;
        });
        assertEquals(List.of(), nodes.get(1).told().offences());
        assertEquals(
                IntStream.rangeClosed((int) begin.offset() + 1, 2000)
                        .mapToObj(i -> "e" + i)
                        .toList(),
                nodes.get(1).told().entries("h"));
    }

    @Test
    void aLogAndEnvelopesOfOneRoomAreBothToldAndBothEnd() {
        List<Node> nodes = start(2);
        Node to = nodes.get(1);
        get(to.bridge().subscribeHistory("h", LONG));
        get(to.bridge().subscribe("end"));
        get(nodes.get(0).bridge().append("h", LONG, null, bytes("entry")));
        get(nodes.get(0).bridge().publish("h", bytes("envelope")));
        await(
                "both are told",
                () -> told(to, "h") == 1 && to.told().entries("h").size() == 1);
        to.bridge().unsubscribe("h");
        get(nodes.get(0).bridge().append("h", LONG, null, bytes("entry")));
        get(nodes.get(0).bridge().publish("h", bytes("envelope")));
        get(nodes.get(0).bridge().publish("end", bytes("now")));
        await("the end arrives", () -> told(to, "end") == 1);
        assertEquals(1, told(to, "h"));
        assertEquals(1, to.told().entries("h").size());
        HistoryPosition again = get(to.bridge().subscribeHistory("h", LONG));
        assertEquals(2, again.offset());
        get(nodes.get(0).bridge().append("h", LONG, null, bytes("third")));
        await("the third is told", () -> to.told().entries("h").contains("third"));
        assertEquals(List.of("entry", "third"), to.told().entries("h"));
    }

    // ---- tools

    /** Waits for a stage, which must complete. What it fails with is thrown. */
    protected final <T> T get(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        try {
            return future.get(patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            assertNotNull(failed.getCause());
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError("a stage failed with a checked exception", failed.getCause());
        } catch (TimeoutException hangs) {
            throw new AssertionError("a stage did not complete in " + patience(), hangs);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** Waits until something is so. */
    protected final void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience().toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + patience() + " in vain until " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Returns how many envelopes of a room a node was told. */
    protected static int told(Node node, String room) {
        return node.told().bytes(room).size();
    }

    /** Returns a text as an envelope. */
    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns an envelope as a text. */
    protected static String text(byte[] envelope) {
        return new String(envelope, StandardCharsets.UTF_8);
    }
}
