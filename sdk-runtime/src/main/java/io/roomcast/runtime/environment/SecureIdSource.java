package io.roomcast.runtime.environment;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Makes ids of random bits: 72 for nodes, 96 for peers, 128 for secrets, in the URL-safe alphabet of RFC 4648. Nobody can guess one, and two
 * equal ones are not to be expected.
 */
public final class SecureIdSource implements IdSource {

    private static final int NODE_BYTES = 9;
    private static final int PEER_BYTES = 12;
    private static final int SECRET_BYTES = 16;

    private final SecureRandom random = new SecureRandom();

    @Override
    public String nextNodeId() {
        return next(NODE_BYTES);
    }

    @Override
    public String nextPeerId() {
        return next(PEER_BYTES);
    }

    @Override
    public String nextSecret() {
        return next(SECRET_BYTES);
    }

    private String next(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
