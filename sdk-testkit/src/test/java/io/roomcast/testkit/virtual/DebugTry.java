package io.roomcast.testkit.virtual;

import io.roomcast.*;
import io.roomcast.testkit.drive.*;
import io.roomcast.testkit.oracle.Trace;
import io.roomcast.testkit.scenario.*;
import java.util.*;

class DebugTry {
    public static void main(String[] args) {
        var s = StandardScenarios.badNeighbours(90);
        Set<Integer> all = new HashSet<>();
        for (int i = 0; i < 90; i++) all.add(i);
        Stories st = new Stories(all);
        var rooms = List.of(new ClusterSettings.Rooms("hall", RoomOptions.defaults(), n -> new io.roomcast.testkit.serve.RelayRoom(Relay.OTHERS)));
        var run = new VirtualRun(Order.of(s, 5), new ClusterSettings(4, 2, Limits.defaults(), 262144, rooms), false, st, Progress.NONE);
        st.clock(run.state().world::nanos);
        run.go();
        for (int i = 0; i < 90; i++) { int q = i; st.of(i).stream().filter(l -> l.contains("error 2") || l.contains("connects") || l.contains("vanish") || l.contains("cuts") || l.contains("goes on") || l.contains("welcomed")|| l.contains("closed with")).filter(l -> true).forEach(l -> System.out.println(q + " " + l)); }
    }
}
