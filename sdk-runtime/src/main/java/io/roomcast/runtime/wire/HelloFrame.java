package io.roomcast.runtime.wire;

/**
 * What a client says first.
 *
 * @param resumable whether it counts and acknowledges frames
 * @param resume the token of the session it wants to go on with; empty = a new one
 * @param received how many numbered frames of that session it has had; unsigned
 * @param attempt the how manieth hello for that session this is; unsigned, 0 = not told
 */
public record HelloFrame(String agent, String token, boolean resumable, String resume, long received, int attempt) {

    /** Leaves out what is secret. */
    @Override
    public String toString() {
        return "HelloFrame[" + agent + "]";
    }
}
