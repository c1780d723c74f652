package io.roomcast.runtime.wire;

/**
 * How long the texts of a {@code hello} may be, in UTF-8 bytes. They come from somebody not yet authenticated, so a longer one
 * is refused and not cut: the developer of a client notices at once.
 */
final class HelloBounds {

    static final int MAX_AGENT_BYTES = 64;
    static final int MAX_TOKEN_BYTES = 8192;

    private HelloBounds() {}

    /** The most UTF-8 bytes of the token that resumes a session. */
    static final int MAX_RESUME_BYTES = 128;
}
