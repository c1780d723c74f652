package io.roomcast.runtime.outbound;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One broadcast's share of the {@link NodeBudget} on its way to the loops, given back when the last of them has got to it: until
 * then its bytes, which the loops share, cannot be freed. Safe to use from any thread.
 */
public final class HandOver {

    private static final AtomicIntegerFieldUpdater<HandOver> TASKS_LEFT =
            AtomicIntegerFieldUpdater.newUpdater(HandOver.class, "tasksLeft");

    private final NodeBudget budget;
    private final int bytes;
    private volatile int tasksLeft;

    HandOver(NodeBudget budget, int bytes, int tasks) {
        this.budget = budget;
        this.bytes = bytes;
        this.tasksLeft = tasks;
    }

    /** One of the tasks has been run, or was not needed. */
    public void taken() {
        if (TASKS_LEFT.decrementAndGet(this) == 0) {
            budget.giveBack(bytes);
        }
    }
}
