package io.roomcast.testkit;

import io.roomcast.Roomcast;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * Where a cluster lives: what its nodes run on, and its time. Belongs to the thread of the test, except {@link #execute} and
 * {@link #elapsed}, which any may call.
 */
interface World extends Executor {

    /** A node that runs, and how clients come in. */
    record House(Roomcast node, TestNode.Door door) {}

    /** Starts the nodes of a cluster. None is left running when one of them cannot be started. */
    List<House> start(ClusterPlan plan);

    /** Lets everything happen that can happen now, where anybody knows what that is. */
    void settle();

    /** Lets at most so many single steps happen. */
    void steps(int most);

    /** Lets a small portion of this time pass, and everything happen that falls due; returns how much passed. */
    Duration pass(Duration most);

    /** Waits until something holds, for at most this long; returns whether it does. */
    boolean await(BooleanSupplier holds, Duration time);

    /** Lets happen what can happen now. Where nobody knows when that is over, it is over when something holds, or after this time. */
    void awaitSoon(BooleanSupplier holds, Duration time);

    /** Returns how much of the cluster's time has passed since it was made. */
    Duration elapsed();

    /** Returns for how long one looks here to see that nothing comes. */
    Duration quiet();

    /** Returns how long what peers leave behind may take to be gone: longer than any default timeout. */
    Duration leftovers();

    /** Returns what people are told in front of the seed of a failure. */
    String replay();

    /** Frees what it holds, after the nodes have stopped. */
    void close();
}
