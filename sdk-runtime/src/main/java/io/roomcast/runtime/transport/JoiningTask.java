package io.roomcast.runtime.transport;

/**
 * A task of a loop that can do the work of a task behind it along with its own. A loop may ask it to, as long as it has not begun and nothing
 * else was handed over between the two: then nobody can tell the difference.
 */
public interface JoiningTask extends Runnable {

    /**
     * Takes in a task that was handed over right behind this one, or behind what this one has taken in. One thread at a time, and before
     * {@link #run}.
     *
     * @return false if it has to run by itself
     */
    boolean takeIn(JoiningTask next);
}
