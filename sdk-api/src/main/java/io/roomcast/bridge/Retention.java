package io.roomcast.bridge;

import java.time.Duration;

/**
 * How much of a room's history is kept: whatever is beyond either bound is forgotten. Immutable.
 *
 * @param size the most entries, 1 to {@value #MAX_SIZE}
 * @param age how old an entry may get; 1 s to 30 days
 */
public record Retention(int size, Duration age) {

    /** The most entries that a room can keep. */
    public static final int MAX_SIZE = 100_000;

    /** The longest time that a room can keep an entry. */
    public static final Duration MAX_AGE = Duration.ofDays(30);

    private static final Duration MIN_AGE = Duration.ofSeconds(1);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException naming the setting
     */
    public Retention {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("history size is " + size + ", expected 1 to " + MAX_SIZE);
        }
        if (age.compareTo(MIN_AGE) < 0 || age.compareTo(MAX_AGE) > 0) {
            throw new IllegalArgumentException("history age is " + age + ", expected " + MIN_AGE + " to " + MAX_AGE);
        }
    }
}
