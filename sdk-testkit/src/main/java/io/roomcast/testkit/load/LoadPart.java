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
 */
public record LoadPart(
        Recording recording, Checked checked, List<String> complaints, boolean hopeless, boolean stopped) {

    /** Copies the list. */
    public LoadPart {
        complaints = List.copyOf(complaints);
    }
}
