package io.roomcast.testkit.drive;

import io.roomcast.testkit.result.RunResult;

/**
 * Runs scenarios: in virtual time, on loopback sockets, or against servers elsewhere. What it needs besides the {@link Order}, such as the number of
 * nodes or the addresses of servers, it was made with.
 */
public interface Driver {

    /**
     * Runs a scenario to its end, on the caller's thread or on threads of its own that end before it returns.
     *
     * @param progress told now and then how it goes
     * @return what came of it; a run that failed or is void too
     * @throws IllegalArgumentException before anything begins, if this driver cannot run it: says what to change
     */
    RunResult run(Order order, Progress progress);
}
