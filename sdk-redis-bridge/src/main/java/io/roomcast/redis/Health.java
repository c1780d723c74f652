package io.roomcast.redis;

import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the bridge is up, and what is wrong if it is not. Anybody may say that something is wrong, and ask; the ticker looks and tells
 * the node.
 */
final class Health {

    private static final Logger log = LoggerFactory.getLogger(RedisBridge.class);

    private final List<Lane> lanes;
    private final Session session;
    private final BridgeListener listener;
    private final RedisAddress address;
    private volatile BridgeState state = BridgeState.DEGRADED;
    private volatile String trouble = "the bridge has not connected yet";
    /** Something may have been lost since the ticker looked, though all may be well again. */
    private volatile boolean interrupted;

    Health(List<Lane> lanes, Session session, BridgeListener listener, RedisAddress address) {
        this.lanes = lanes;
        this.session = session;
        this.listener = listener;
        this.address = address;
    }

    BridgeState state() {
        return state;
    }

    Optional<String> trouble() {
        return state == BridgeState.UP ? Optional.empty() : Optional.of(trouble);
    }

    void trouble(String what) {
        trouble = what;
    }

    /** Something may have been lost, if there is a reason. */
    void interrupted(String whyOrEmpty) {
        if (!whyOrEmpty.isEmpty()) {
            trouble = whyOrEmpty;
            interrupted = true;
        }
    }

    /** The node is told by whoever closes the bridge, when all is over. */
    synchronized void close() {
        state = BridgeState.CLOSED;
    }

    /** For the ticker. */
    void evaluate() {
        boolean blip = interrupted;
        interrupted = false;
        boolean held = session.isHeld();
        boolean up = held;
        for (Lane lane : lanes) {
            up &= lane.isUp();
        }
        String claim = session.trouble();
        if (!held && claim != null) {
            trouble = claim;
        }
        if (blip) {
            // The node must hear of it, however short it was: something may be lost.
            become(BridgeState.DEGRADED);
        }
        become(up ? BridgeState.UP : BridgeState.DEGRADED);
    }

    private void become(BridgeState next) {
        if (change(next)) {
            if (next == BridgeState.UP) {
                log.info("the bridge is up: {}", address);
            } else {
                log.warn("the bridge is degraded: {}", trouble);
            }
            listener.onState(next);
        }
    }

    private synchronized boolean change(BridgeState next) {
        if (next == state || state == BridgeState.CLOSED) {
            return false;
        }
        state = next;
        return true;
    }
}
