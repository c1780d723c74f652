package io.roomcast;

/**
 * A place in the history of a room. Two positions can be compared only within one epoch: a history that was lost begins
 * another one, at offset 0. Immutable.
 *
 * @param epoch names one life of the history; 1 to {@value #MAX_EPOCH_CHARS} characters, opaque
 * @param offset counts its broadcasts: the first has 1, and 0 is the place before it
 */
public record HistoryPosition(String epoch, long offset) {

    /** The longest epoch in characters. */
    public static final int MAX_EPOCH_CHARS = 32;

    /** Checks the bounds. */
    public HistoryPosition {
        if (epoch.isEmpty() || epoch.length() > MAX_EPOCH_CHARS) {
            throw new IllegalArgumentException(
                    "epoch has " + epoch.length() + " characters, expected 1 to " + MAX_EPOCH_CHARS);
        }
        if (offset < 0) {
            throw new IllegalArgumentException("offset is " + offset + ", expected at least 0");
        }
    }
}
