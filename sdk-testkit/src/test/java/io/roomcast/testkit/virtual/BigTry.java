package io.roomcast.testkit.virtual;

import io.roomcast.testkit.drive.*;
import io.roomcast.testkit.result.*;

class BigTry {
    public static void main(String[] args) throws Exception {
        int peers = Integer.parseInt(args[0]);
        int nodes = Integer.parseInt(args[1]);
        long[] most = new long[1];
        RunResult r = VirtualDriver.nodes(nodes).build().run(Order.of(VirtualDriverTest.roomsOfTen(peers), 1), s -> {
            if (s.second() == 28) {
                System.gc();
                long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
                System.out.println("live at " + s.second() + " s: " + used / 1e6 + " MB, " + used / Math.max(1, s.peers()) + " B/peer of " + s.peers());
                if (args.length > 2) { try { Runtime.getRuntime().exec(new String[]{"sh", "-c", "jcmd " + ProcessHandle.current().pid() + " GC.class_histogram | head -60 > " + args[2]}).waitFor(); } catch (Exception e) { throw new RuntimeException(e); } }
            }
        });
        long events = r.count(Count.EVENTS);
        System.out.println(r.summary() + " took " + r.took() + " cpu " + r.cpu() + " tasks " + events + " received " + r.count(Count.MESSAGES_RECEIVED)
            + " us/task " + r.cpu().toNanos() / 1e3 / events + " us/delivery " + r.cpu().toNanos() / 1e3 / r.count(Count.MESSAGES_RECEIVED));
    }
}
