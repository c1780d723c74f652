package io.roomcast.testkit.fault;

import io.roomcast.testkit.random.Dice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What goes wrong in a run, in order of time. Immutable. */
public record FaultPlan(List<Fault> faults) {

    /** Nothing goes wrong. */
    public static final FaultPlan NONE = new FaultPlan(List.of());

    private static final Pattern WORD = Pattern.compile(
            "([A-Z_]+)@([0-9]{1,12})\\+([0-9]{1,12})/([0-9]{1,4})(?:<([0-9]{1,4}))?(?:\\*([0-9]{1,7}))?");

    private static final long SALT = 0xfa17fa17fa17fa17L;

    public FaultPlan {
        faults = faults.stream().sorted(Comparator.comparing(Fault::at)).toList();
    }

    /** Makes one of some faults. */
    public static FaultPlan of(Fault... faults) {
        return new FaultPlan(List.of(faults));
    }

    /**
     * Draws one from a seed.
     *
     * @param count how many faults
     * @param nodes how many nodes there are; numbered from 1
     * @param within when they begin; each lasts up to a tenth of it
     * @param kinds what may happen
     */
    public static FaultPlan random(long seed, int count, int nodes, Duration within, Set<FaultKind> kinds) {
        List<FaultKind> choice = List.copyOf(EnumSet.copyOf(kinds));
        Dice dice = new Dice(seed ^ SALT);
        List<Fault> faults = new ArrayList<>();
        while (faults.size() < count) {
            FaultKind kind = choice.get((int) dice.below(choice.size()));
            Duration at = Duration.ofMillis(dice.below(Math.max(1, within.toMillis())));
            Duration lasts = Duration.ofMillis(1 + dice.below(Math.max(1, within.toMillis() / 10)));
            int node = 1 + (int) dice.below(nodes);
            int other = 1 + (int) dice.below(nodes);
            int amount = (int) (1 + dice.below(300));
            if (kind == FaultKind.PARTITION) {
                if (nodes == 1) {
                    throw new IllegalArgumentException(
                            "a cluster of one has no links, expected kinds without PARTITION");
                }
                other = other == node ? node % nodes + 1 : other;
                faults.add(Fault.partition(at, lasts, other, node));
            } else {
                // A killed node comes back: its peers need somewhere to go, also when all nodes are hit one after
                // another.
                boolean amounts = kind != FaultKind.KILL
                        && kind != FaultKind.DRAIN
                        && kind != FaultKind.DEAF
                        && kind != FaultKind.SWIZZLE
                        && kind != FaultKind.HISTORY_LOSS;
                faults.add(Fault.of(kind, at, lasts, node, amounts ? amount : 0));
            }
        }
        return new FaultPlan(faults);
    }

    /** Returns whether nothing goes wrong. */
    public boolean isEmpty() {
        return faults.isEmpty();
    }

    /**
     * Says what of it cannot happen in a cluster of this size.
     *
     * @throws IllegalArgumentException if a fault names a node that there is not
     */
    public void check(int nodes) {
        for (Fault fault : faults) {
            if (fault.node() > nodes || fault.other() > nodes) {
                throw new IllegalArgumentException(
                        "\"" + fault + "\" names a node that there is not; there are " + nodes + " nodes, from 1");
            }
        }
    }

    /** Returns it as {@link #parse} reads it: {@code KILL@1200+300/2} is a kill of node 2 at 1200 ms for 300 ms. */
    public String text() {
        return faults.stream()
                .map(fault -> fault.kind() + "@" + fault.at().toMillis() + "+"
                        + fault.lasts().toMillis() + "/" + fault.node()
                        + (fault.other() == 0 ? "" : "<" + fault.other())
                        + (fault.amount() == 0 ? "" : "*" + fault.amount()))
                .collect(Collectors.joining(" "));
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static FaultPlan parse(String text) {
        List<Fault> faults = new ArrayList<>();
        for (String word : text.strip().split(" +")) {
            Matcher parts = WORD.matcher(word);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "\"" + word + "\" is no fault, expected KIND@milliseconds+milliseconds/node[<other][*amount]");
            }
            faults.add(new Fault(
                    FaultKind.valueOf(parts.group(1)),
                    Duration.ofMillis(Long.parseLong(parts.group(2))),
                    Duration.ofMillis(Long.parseLong(parts.group(3))),
                    Integer.parseInt(parts.group(4)),
                    parts.group(5) == null ? 0 : Integer.parseInt(parts.group(5)),
                    parts.group(6) == null ? 0 : Integer.parseInt(parts.group(6))));
        }
        return new FaultPlan(faults);
    }
}
