package io.roomcast.testkit.virtual;

import io.roomcast.Limits;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.runtime.bridge.LocalHub;
import io.roomcast.testkit.oracle.Watcher;
import io.roomcast.testkit.random.Dice;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The nodes of a run, and what they share. Belongs to the world's thread. */
final class VirtualCluster {

    /** What a transport may be late with its timers; on sockets they are up to 100 ms late. */
    private static final long TIMER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ClusterSettings settings;
    private final World world;
    private final Agenda agenda;
    private final Watcher watcher;
    private final PeerIds ids;
    private final LocalHub hub;
    private final ForgetfulHistories histories = new ForgetfulHistories();
    private final List<VirtualNode> nodes;
    private final @Nullable BiFunction<Integer, BridgeListener, Ear> ears;
    private final @Nullable HistoryTap historyTap;
    private final Dice networkDice;
    private final Consumer<String> violated;
    private long nextTimers;
    private long envelopes;

    /**
     * @param ears puts an ear before a node, by number; null = the bridge is left alone
     * @param historyTap hears what is appended to histories; null = no room has one
     * @param networkDice cuts what clients write
     * @param violated told when a node breaks RFC 6455
     */
    VirtualCluster(
            ClusterSettings settings,
            World world,
            Agenda agenda,
            Watcher watcher,
            @Nullable BiFunction<Integer, BridgeListener, Ear> ears,
            @Nullable HistoryTap historyTap,
            Dice networkDice,
            Consumer<String> violated,
            PeerIds ids) {
        this.ids = ids;
        this.settings = settings;
        this.world = world;
        this.agenda = agenda;
        this.watcher = watcher;
        this.ears = ears;
        this.historyTap = historyTap;
        this.networkDice = networkDice;
        this.violated = violated;
        this.hub = LocalHub.on(world, world, ids);
        this.nodes = IntStream.rangeClosed(1, settings.nodes())
                .mapToObj(number -> new VirtualNode(number, this))
                .toList();
    }

    void start() {
        nodes.forEach(this::start);
        world.rest();
    }

    void start(VirtualNode node) {
        var made = ears;
        node.start(
                new ForgetfulBridge(hub.bridge(), histories),
                made == null ? null : listener -> made.apply(node.number(), listener));
    }

    /** Returns a node. @param number from 1 */
    VirtualNode node(int number) {
        return nodes.get(number - 1);
    }

    List<VirtualNode> nodes() {
        return nodes;
    }

    /** Draws a node that takes connections, near the one that a balancer would choose; null if there is none. */
    @Nullable
    VirtualNode place(int preferred, Dice dice) {
        VirtualNode first = node(preferred);
        if (first.isAccepting()) {
            return first;
        }
        int from = (int) dice.below(nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            VirtualNode node = nodes.get((from + i) % nodes.size());
            if (node.isAccepting()) {
                return node;
            }
        }
        return null;
    }

    /** Returns the next instant at which the nodes have something to do by themselves. */
    long nextInstant() {
        long next = nextTimers;
        for (VirtualNode node : nodes) {
            long soon = node.untilSoon();
            if (soon != Long.MAX_VALUE) {
                next = Math.min(next, world.nanos() + soon);
            }
        }
        return next;
    }

    /** Lets the nodes do what is due. */
    void fireTimers() {
        boolean all = world.nanos() >= nextTimers;
        if (all) {
            nextTimers = world.nanos() + TIMER_NANOS;
        }
        for (VirtualNode node : nodes) {
            node.fireTimers(all);
        }
    }

    /** The bridge loses the histories of all rooms. */
    void loseHistories() {
        HistoryTap tap = historyTap;
        if (tap != null) {
            histories.lose(tap::lost);
        }
    }

    /** An envelope has reached a node. */
    void carried() {
        envelopes++;
    }

    /** Returns how many envelopes have reached nodes that nobody listens before. */
    long envelopes() {
        return envelopes;
    }

    /** Returns whether nothing is on its way between nodes, while the world rests. */
    boolean isQuiet() {
        if (ears != null) {
            for (VirtualNode node : nodes) {
                Ear ear = node.ear();
                if (ear != null && ear.isHolding()) {
                    return false;
                }
            }
        }
        return true;
    }

    World world() {
        return world;
    }

    Agenda agenda() {
        return agenda;
    }

    Watcher watcher() {
        return watcher;
    }

    PeerIds ids() {
        return ids;
    }

    @Nullable
    HistoryTap historyTap() {
        return historyTap;
    }

    Dice networkDice() {
        return networkDice;
    }

    Consumer<String> violated() {
        return violated;
    }

    Limits limits() {
        return settings.limits();
    }

    int loops() {
        return settings.loops();
    }

    int networkBytes() {
        return settings.networkBytes();
    }

    List<ClusterSettings.Rooms> rooms() {
        return settings.rooms();
    }
}
