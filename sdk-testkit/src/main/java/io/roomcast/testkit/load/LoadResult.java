package io.roomcast.testkit.load;

import io.roomcast.testkit.measure.Recording;
import io.roomcast.testkit.result.RunResult;
import java.util.List;

/**
 * What came of a run on real sockets.
 *
 * @param result as of every other run
 * @param recording second by second, in a form that adds up with that of other processes
 * @param complaints what went wrong, in words, the most frequent first
 */
public record LoadResult(RunResult result, Recording recording, List<String> complaints) {

    /** Copies. */
    public LoadResult {
        complaints = List.copyOf(complaints);
    }
}
