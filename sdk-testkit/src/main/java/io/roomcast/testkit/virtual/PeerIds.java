package io.roomcast.testkit.virtual;

import io.roomcast.runtime.environment.IdSource;
import io.roomcast.testkit.random.Dice;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ids that say which of the run's peers and nodes they are of, so that nobody has to remember. The engine announces who is next. Belongs to one thread.
 */
final class PeerIds implements IdSource {

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz-";
    private static final int BITS = 6;
    private static final int DIGITS = 6;
    private static final int SECRET_DIGITS = 11;
    /** What a node puts its own tag over. */
    private static final String TAG = "....";

    private final Dice secrets;
    private @Nullable String nextNode;
    private final Map<String, Integer> learned = new HashMap<>();
    private int nextPeer = -1;
    private int strangers;
    private long opened;

    PeerIds(long seed) {
        this.secrets = new Dice(seed);
    }

    /** Says which node starts next. @param number from 1 @param incarnation how often it was started before */
    void announceNode(int number, int incarnation) {
        nextNode = digits(number, 2) + digits(incarnation, 2) + "-node-" + digits(number, 2);
    }

    /** Says whose session is opened next. */
    void announcePeer(int number) {
        nextPeer = number;
    }

    @Override
    public String nextNodeId() {
        String id = nextNode;
        if (id == null) {
            throw new IllegalStateException("a node starts that was not announced");
        }
        nextNode = null;
        return id;
    }

    @Override
    public String nextPeerId() {
        int number = nextPeer;
        nextPeer = -1;
        if (number < 0) {
            // An authenticator that takes its time: somebody's, and nobody's that we know.
            return TAG + "?" + digits(++strangers, DIGITS) + "?????";
        }
        return TAG + digits(number, DIGITS) + digits(++opened, DIGITS);
    }

    /** A peer was welcomed under an id that does not say whose it is. */
    void learn(String id, int peer) {
        learned.put(id, peer);
    }

    /** Returns the number of the peer of an id, -1 if that is not known. */
    int peer(String id) {
        int said = said(id);
        return said >= 0 ? said : learned.getOrDefault(id, -1);
    }

    /** Returns the number of the peer that an id says it is of, -1 if it does not say. */
    static int said(String id) {
        if (id.length() != TAG.length() + 2 * DIGITS || id.charAt(TAG.length()) == '?') {
            return -1;
        }
        long number = 0;
        for (int i = TAG.length(); i < TAG.length() + DIGITS; i++) {
            number = number << BITS | ALPHABET.indexOf(id.charAt(i));
        }
        return (int) number;
    }

    @Override
    public String nextSecret() {
        return digits(secrets.bits(), SECRET_DIGITS) + digits(secrets.bits(), SECRET_DIGITS);
    }

    private static String digits(long number, int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = count - 1; i >= 0; i--) {
            text.append(ALPHABET.charAt((int) (number >>> (i * BITS)) & ((1 << BITS) - 1)));
        }
        return text.toString();
    }
}
