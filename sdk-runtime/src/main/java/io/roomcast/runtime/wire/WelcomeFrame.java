package io.roomcast.runtime.wire;

/**
 * What a client is told when it is welcomed.
 *
 * @param resume the token that resumes the session, empty for none
 * @param resumeWindowMillis how long the session is kept without a connection
 * @param resumed whether the session of an earlier connection goes on
 * @param received how many numbered frames of the client the server has had in this session
 */
public record WelcomeFrame(
        String peerId,
        String nodeId,
        int maxMessageBytes,
        int maxRooms,
        int pingIntervalMillis,
        String resume,
        int resumeWindowMillis,
        boolean resumed,
        long received) {

    /** Leaves out what is secret. */
    @Override
    public String toString() {
        return "WelcomeFrame[" + peerId + "]";
    }
}
