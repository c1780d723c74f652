package io.roomcast.runtime.session;

import io.roomcast.Identity;

/**
 * What somebody shows to go on with a session.
 *
 * @param identity who the authenticator says it is
 * @param subprotocol that of its new connection
 * @param received how many numbered frames it has had
 * @param attempt the how manieth attempt of the client this is, unsigned; 0 = not told
 */
record Claim(String peerId, String secret, Identity identity, String subprotocol, long received, int attempt) {

    /** Leaves out what is secret. */
    @Override
    public String toString() {
        return "Claim[" + peerId + "]";
    }
}
