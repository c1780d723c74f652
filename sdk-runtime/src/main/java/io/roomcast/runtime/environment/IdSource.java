package io.roomcast.runtime.environment;

/** Makes identities. Safe to use from any thread. */
public interface IdSource {

    /** Returns an id that no node of any cluster had before: 12 characters of {@code [A-Za-z0-9_-]}. */
    String nextNodeId();

    /** Returns an id that no peer of any cluster had before: 16 characters of {@code [A-Za-z0-9_-]}. */
    String nextPeerId();

    /** Returns what nobody can guess: 128 random bits as 22 characters of {@code [A-Za-z0-9_-]}. */
    String nextSecret();
}
