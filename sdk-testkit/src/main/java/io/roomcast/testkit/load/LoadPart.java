package io.roomcast.testkit.load;

import io.roomcast.testkit.measure.Recording;
import io.roomcast.testkit.result.Checked;
import java.util.List;

/**
 * What one process's share of a run came to.
 *
 * @param complaints what went wrong, in words
 * @param hopeless whether it was given up because nobody came through
 * @param stopped whether somebody stopped it
 * @param warmUp what went before it
 */
public record LoadPart(
        Recording recording,
        Checked checked,
        List<String> complaints,
        boolean hopeless,
        boolean stopped,
        WarmUp warmUp) {

    /** Copies the list. */
    public LoadPart {
        complaints = List.copyOf(complaints);
    }

    /** Returns the same after a warm-up. */
    public LoadPart after(WarmUp before) {
        return new LoadPart(recording, checked, complaints, hopeless, stopped, before);
    }
}
