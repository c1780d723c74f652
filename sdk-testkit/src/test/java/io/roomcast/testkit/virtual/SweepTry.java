package io.roomcast.testkit.virtual;

import io.roomcast.testkit.drive.*;
import io.roomcast.testkit.fault.*;
import io.roomcast.testkit.result.*;
import io.roomcast.testkit.scenario.*;
import java.time.Duration;
import java.util.*;

class SweepTry {
    public static void main(String[] args) {
        int seeds = Integer.parseInt(args[1]);
        Scenario s = switch (args[0]) {
            case "churn" -> StandardScenarios.churn(150);
            case "conv" -> StandardScenarios.conversation(120);
            default -> StandardScenarios.badNeighbours(90);
        };
        var b = VirtualDriver.nodes(4);
        if (args[0].equals("churn")) b.countingRooms();
        Set<FaultKind> kinds = args.length > 2
                ? (args[2].equals("all") ? EnumSet.allOf(FaultKind.class) : EnumSet.of(FaultKind.valueOf(args[2])))
                : Set.of();
        VirtualDriver d = b.build();
        long t = System.nanoTime();
        Sweep sweep = Sweep.of(d, s);
        if (!kinds.isEmpty()) sweep = sweep.with(seed -> FaultPlan.random(seed, 12, 4, Duration.ofSeconds(12), kinds));
        var f = sweep.run(args.length > 3 ? Long.parseLong(args[3]) : 1, seeds);
        System.out.println(args[0] + " " + (System.nanoTime() - t) / 1e9 / seeds + " s/seed");
        f.ifPresent(x -> System.out.println(x.faultsBefore() + " faults before\n" + tail(x.result())));
        if (f.isEmpty()) {
            var r = d.run(
                    new Order(
                            s,
                            5,
                            kinds.isEmpty()
                                    ? FaultPlan.NONE
                                    : FaultPlan.random(5, 12, 4, Duration.ofSeconds(12), kinds)),
                    Progress.NONE);
            System.out.println(r.summary() + " " + r.checked().owed() + " "
                    + r.checked().permitted() + " " + r.checked().arrived() + " " + r.signatureText());
            for (Count c : Count.values()) if (r.count(c) > 0) System.out.print(c + "=" + r.count(c) + " ");
            System.out.println();
        }
    }

    static String tail(RunResult r) {
        StringBuilder b = new StringBuilder(r.scenario() + " " + r.seed() + " " + r.replay() + " " + r.reasons());
        for (Finding f : r.checked()
                .findings()
                .subList(0, Math.min(8, r.checked().findings().size()))) {
            b.append("\n  ").append(f);
            f.story()
                    .subList(
                            Math.max(0, f.story().size() - Integer.getInteger("lines", 14)),
                            f.story().size())
                    .forEach(l -> b.append("\n      ").append(l));
        }
        return b.toString();
    }
}
