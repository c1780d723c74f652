package io.roomcast;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What an application keeps about a peer, by key. Atomic per key, from any thread. Bounded at {@value #MAX_ENTRIES} keys:
 * one more is refused with {@link IllegalStateException}. Gone with the peer.
 */
public interface Attributes {

    /** The most keys one peer can have. */
    int MAX_ENTRIES = 64;

    /** Returns the value of a key. */
    <T> Optional<T> get(Key<T> key);

    /** Sets the value of a key. */
    <T> void set(Key<T> key, T value);

    /** Replaces the value of a key by what the function makes of it; a key without a value starts with {@code initial}. */
    <T> T update(Key<T> key, T initial, UnaryOperator<T> change);

    /** Removes a key. */
    void remove(Key<?> key);

    /**
     * A key and the type of its values. Two keys are the same when their names are.
     *
     * @param name what it is called in the application
     * @param type what {@link #get} checks values against
     * @param <T> the type of the values
     */
    record Key<T>(String name, Class<T> type) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Key<?> that && name.equals(that.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }
}
