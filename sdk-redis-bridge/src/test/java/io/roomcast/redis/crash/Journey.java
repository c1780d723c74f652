package io.roomcast.redis.crash;

import io.roomcast.testkit.socket.SocketLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Nodes that come and go, and clients that travel between them. Belongs to the test's thread, on which all clients run whenever it waits. */
final class Journey implements AutoCloseable {

    /** What is promised of presence after a crash. */
    static final Duration PRESENCE = Duration.ofSeconds(8);

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration ASK_AGAIN = Duration.ofMillis(300);

    private final String redisUri;
    private final Random random;
    private final SocketLoop loop;
    private final Ledger ledger = new Ledger();
    private final Traveller.Tally tally = new Traveller.Tally();
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<NodeProcess> everyNode = new ArrayList<>();
    private final List<Traveller> travellers = new ArrayList<>();
    private int started;

    Journey(String redisUri, long seed) {
        this.redisUri = redisUri;
        this.random = new Random(seed);
        this.loop = new SocketLoop(System::nanoTime, 0, seed);
    }

    Ledger ledger() {
        return ledger;
    }

    Random random() {
        return random;
    }

    List<Traveller> travellers() {
        return travellers;
    }

    // ---- nodes

    /** Starts a node; it is not there yet. */
    NodeProcess launch() {
        NodeProcess node = new NodeProcess("n" + ++started, redisUri);
        nodes.add(node);
        everyNode.add(node);
        return node;
    }

    /** Starts a node and waits until it listens. */
    NodeProcess start() {
        NodeProcess node = launch();
        awaitListening(node);
        return node;
    }

    void awaitListening(NodeProcess node) {
        await(node + " listens", node::isDecided);
        node.target();
    }

    void kill(NodeProcess node) {
        node.kill();
        nodes.remove(node);
    }

    private @Nullable NodeProcess choose(@Nullable NodeProcess left) {
        List<NodeProcess> all = nodes.stream().filter(NodeProcess::isListening).toList();
        List<NodeProcess> others = all.stream().filter(node -> node != left).toList();
        List<NodeProcess> choice = others.isEmpty() ? all : others;
        return choice.isEmpty() ? null : choice.get(random.nextInt(choice.size()));
    }

    // ---- clients

    /** @param patience how long a node may be silent before its clients leave it */
    void board(int count, Duration patience) {
        for (int i = 1; i <= count; i++) {
            Traveller traveller = new Traveller(
                    i, loop, this::choose, ledger, tally, new Random(random.nextLong()), patience.toNanos());
            travellers.add(traveller);
            traveller.begin();
        }
        awaitSettled();
    }

    void speak(boolean now) {
        travellers.forEach(traveller -> traveller.speak(now));
    }

    /** Lets some, each with this chance in a hundred, leave for a node. */
    void move(NodeProcess to, int chance) {
        for (Traveller traveller : travellers) {
            if (!traveller.isOn(to) && random.nextInt(100) < chance) {
                traveller.moveTo(to);
            }
        }
    }

    void awaitSettled() {
        await("everybody is in both rooms", () -> travellers.stream().allMatch(Traveller::isSettled));
    }

    /** Waits until each node that serves says that exactly these peers are there. Returns how long that took. */
    Duration awaitPresence(long sinceNanos, Duration within) {
        List<NodeProcess> serving =
                nodes.stream().filter(NodeProcess::isServing).toList();
        // Whatever was told before is old.
        travellers.forEach(Traveller::forgetCensus);
        long[] asked = {System.nanoTime() - ASK_AGAIN.toNanos()};
        boolean right = loop.runUntil(
                () -> {
                    Set<String> peers =
                            travellers.stream().map(Traveller::peer).collect(Collectors.toCollection(TreeSet::new));
                    List<Traveller> witnesses = witnesses(serving);
                    boolean all = travellers.stream().allMatch(Traveller::isSettled)
                            && witnesses.stream().allMatch(witness -> peers.equals(witness.census()));
                    if (!all && System.nanoTime() - asked[0] >= ASK_AGAIN.toNanos()) {
                        asked[0] = System.nanoTime();
                        witnesses.forEach(Traveller::askWho);
                    }
                    return all;
                },
                sinceNanos + within.toNanos());
        Duration took = Duration.ofNanos(System.nanoTime() - sinceNanos);
        if (!right) {
            ledger.finding("presence is not right after " + took.toMillis() + " ms: " + travellers.size()
                    + " peers are there, told are "
                    + witnesses(serving).stream()
                            .map(witness -> witness + ": " + witness.census())
                            .toList());
        }
        return took;
    }

    /** One settled client for each node that has any. */
    private List<Traveller> witnesses(List<NodeProcess> serving) {
        return serving.stream()
                .flatMap(node -> travellers.stream()
                        .filter(traveller -> traveller.isOn(node) && traveller.isSettled())
                        .limit(1))
                .toList();
    }

    // ---- time

    /** Lets things go on for so long. */
    void pass(Duration time) {
        loop.runUntil(() -> false, System.nanoTime() + time.toNanos());
    }

    void await(String what, BooleanSupplier condition) {
        if (!loop.runUntil(condition, System.nanoTime() + PATIENCE.toNanos())) {
            throw new AssertionError("waited " + PATIENCE.toSeconds() + " s until " + what + "; findings "
                    + ledger.findings() + "; " + travellers);
        }
    }

    // ---- the end

    /** Lets everybody fall silent, and everything arrive. Returns what is not as it must be. */
    List<String> conclude() {
        speak(false);
        await("everything is answered", () -> travellers.stream().allMatch(Traveller::isAnswered));
        travellers.forEach(Traveller::sayLast);
        await("the last words are answered", () -> travellers.stream().allMatch(Traveller::isAnswered));
        boolean whole = loop.runUntil(
                () -> travellers.stream()
                        .allMatch(traveller -> traveller.offset() == ledger.logEnd()
                                && travellers.stream().allMatch(traveller::hasHeardLastOf)),
                System.nanoTime() + Duration.ofSeconds(15).toNanos());
        if (!whole) {
            ledger.finding(
                    "not everybody has everything: the history ends at " + ledger.logEnd() + ", and " + travellers);
        }
        everyNode.forEach(node -> node.complaints().forEach(ledger::finding));
        return ledger.conclude();
    }

    /** Lets everybody say goodbye, and stops the nodes in the usual way. */
    void disembark() {
        travellers.forEach(Traveller::finish);
        pass(Duration.ofMillis(300));
        for (NodeProcess node : nodes) {
            if (!node.stop()) {
                ledger.finding(node + " does not stop by itself");
            }
        }
    }

    @Override
    public void close() {
        loop.close();
        everyNode.forEach(NodeProcess::close);
    }

    @Override
    public String toString() {
        return started + " nodes; " + ledger + "; sessions resumed on their node " + tally.resumedHere + ", on another "
                + tally.resumedElsewhere + ", begun anew " + tally.newSessions + " with " + tally.recoveredEntries
                + " entries recovered; gaps told " + tally.gaps + ", requests of unknown fate " + tally.notKnown;
    }
}
