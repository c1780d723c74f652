package io.roomcast.runtime.session;

import org.jspecify.annotations.Nullable;

/** The other nodes, where sessions may be. The floor above implements it. */
public interface Elsewhere {

    /** There is no other node. */
    Elsewhere NOWHERE = new Elsewhere() {
        @Override
        public @Nullable String nodeOf(String peerId) {
            return null;
        }

        @Override
        public void fetch(String nodeId, Coming coming) {
            coming.refuse("the session was on node " + nodeId + ", which is not known here");
        }
    };

    /** Returns the node that a peer which was here, or is known here, has gone to; null if nothing is known of that. */
    @Nullable
    String nodeOf(String peerId);

    /** Fetches a session from another node. On the loop of the connection that claims it. */
    void fetch(String nodeId, Coming coming);
}
