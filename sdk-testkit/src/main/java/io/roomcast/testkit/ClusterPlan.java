package io.roomcast.testkit;

import io.roomcast.Authenticator;
import io.roomcast.Limits;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.RoomcastListener;
import io.roomcast.bridge.Bridge;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/** What the nodes of a cluster are, wherever they run. */
record ClusterPlan(
        int nodes,
        long seed,
        Limits limits,
        Authenticator authenticator,
        UnaryOperator<Bridge> bridges,
        List<RoomcastListener> listeners,
        List<Kind> rooms) {

    static final int LOOPS_PER_NODE = 2;

    /** A kind of room, with the handler of each node. */
    record Kind(String pattern, RoomOptions options, IntFunction<RoomHandler> handlers) {}
}
