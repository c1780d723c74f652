package io.roomcast.testkit.virtual;

import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.fault.FaultPlan;
import io.roomcast.testkit.random.Dice;
import java.time.Duration;
import java.util.function.IntConsumer;

/**
 * Lets things go wrong when the plan says so, and be well again. A fault that hits a node that is down does nothing. Belongs to the world's thread.
 */
final class FaultInjector {

    private static final Duration DRAIN_DEADLINE = Duration.ofSeconds(5);
    private static final int SWIZZLE_TURNS = 8;

    private final VirtualCluster cluster;
    private final World world;
    private final Agenda agenda;
    private final Dice dice;
    private final IntConsumer onNodeKilled;
    private final FaultPlan plan;
    private boolean over;

    /** @param onNodeKilled told the number of a node whose clients have lost it */
    FaultInjector(FaultPlan plan, VirtualCluster cluster, Dice dice, IntConsumer onNodeKilled) {
        this.plan = plan;
        this.cluster = cluster;
        this.world = cluster.world();
        this.agenda = cluster.agenda();
        this.dice = dice;
        this.onNodeKilled = onNodeKilled;
    }

    void plan() {
        for (Fault fault : plan.faults()) {
            agenda.at(fault.at().toNanos(), () -> {
                if (!over) {
                    begin(fault);
                }
            });
        }
    }

    /** Nothing new goes wrong, and nodes that are down come up. */
    void end() {
        over = true;
        for (VirtualNode node : cluster.nodes()) {
            if (!node.isUp()) {
                cluster.start(node);
            }
        }
    }

    private void begin(Fault fault) {
        VirtualNode node = cluster.node(fault.node());
        switch (fault.kind()) {
            case KILL -> {
                if (node.isUp()) {
                    node.kill();
                    onNodeKilled.accept(fault.node());
                    restartLater(node, fault);
                }
            }
            case DRAIN -> {
                if (node.isAccepting()) {
                    node.stop(DRAIN_DEADLINE, () -> restartLater(node, fault));
                }
            }
            case CLOCK_SKEW -> {
                node.skew(fault.amount());
                later(fault, () -> node.skew(0));
            }
            case LOSS ->
                whileHeard(node, fault, ear -> ear.loseMore(fault.amount()), ear -> ear.loseMore(-fault.amount()));
            case DELAY ->
                whileHeard(node, fault, ear -> ear.delayMore(fault.amount()), ear -> ear.delayMore(-fault.amount()));
            case DUPLICATION ->
                whileHeard(node, fault, ear -> ear.doubleMore(fault.amount()), ear -> ear.doubleMore(-fault.amount()));
            case REORDERING ->
                whileHeard(
                        node, fault, ear -> ear.reorderMore(fault.amount()), ear -> ear.reorderMore(-fault.amount()));
            case DEAF -> whileHeard(node, fault, ear -> ear.deaf(true), ear -> ear.deaf(false));
            case PARTITION -> {
                String tag = cluster.node(fault.other()).tag();
                whileHeard(node, fault, ear -> ear.silence(tag), ear -> ear.hear(tag));
            }
            case SWIZZLE -> swizzle(node, fault);
            case HISTORY_LOSS -> cluster.loseHistories();
        }
    }

    /** What is done to an ear. */
    private interface Change {
        void to(Ear ear);
    }

    private void whileHeard(VirtualNode node, Fault fault, Change begin, Change end) {
        Ear ear = node.ear();
        if (ear != null) {
            begin.to(ear);
            later(fault, () -> end.to(ear));
        }
    }

    /** Now this is broken, now that. */
    private void swizzle(VirtualNode node, Fault fault) {
        Ear ear = node.ear();
        if (ear == null) {
            return;
        }
        long turn = Math.max(1, fault.lasts().toNanos() / SWIZZLE_TURNS);
        for (int i = 0; i < SWIZZLE_TURNS; i++) {
            int what = (int) dice.below(4);
            int amount = (int) dice.below(500);
            Change begin = swizzled(what, amount);
            Change end = swizzled(what, -amount);
            long at = world.nanos() + i * turn;
            agenda.at(at, () -> begin.to(ear));
            agenda.at(at + turn, () -> {
                if (what == 3) {
                    ear.deaf(false);
                } else {
                    end.to(ear);
                }
            });
        }
    }

    private static Change swizzled(int what, int amount) {
        return switch (what) {
            case 0 -> ear -> ear.loseMore(amount);
            case 1 -> ear -> ear.delayMore(amount);
            case 2 -> ear -> ear.reorderMore(amount);
            default -> ear -> ear.deaf(true);
        };
    }

    private void restartLater(VirtualNode node, Fault fault) {
        long at = Math.max(world.nanos(), fault.until().toNanos());
        agenda.at(at, () -> {
            if (!over && !node.isUp()) {
                cluster.start(node);
            }
        });
    }

    private void later(Fault fault, Runnable end) {
        agenda.at(world.nanos() + fault.lasts().toNanos(), end);
    }
}
