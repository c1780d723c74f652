package io.roomcast.bridge;

import io.roomcast.HistoryPosition;

/**
 * What a bridge tells its node. Calls about one room come in order and never concurrently; calls about different rooms may be
 * concurrent. The listener returns quickly and does not throw.
 */
public interface BridgeListener {

    /**
     * An envelope from another node arrived.
     *
     * @param room what it was published to, or sent about
     * @param envelope not changed by anybody any more
     */
    void onEnvelope(String room, byte[] envelope);

    /**
     * The next entry of the log of a room that this node has subscribed to with {@link Bridge#subscribeHistory}. Offsets follow each
     * other without a hole, except after {@link #onHistoryLost}: a bridge that was cut off reads what it missed by itself.
     *
     * @param position where it stands
     * @param envelope what was appended, by whichever node; not changed by anybody any more
     */
    void onAppended(String room, HistoryPosition position, byte[] envelope);

    /**
     * Entries of a room's log are lost to this node: those between the last one told and this position, because they were forgotten
     * before they could be told, or because the log was lost and another epoch began.
     *
     * @param resumesAfter what is told next follows this position
     */
    void onHistoryLost(String room, HistoryPosition resumesAfter);

    /** Another node joined the cluster. Precedes its first envelope. */
    void onNodeJoined(String nodeId);

    /** Another node left the cluster or is taken for dead. Nothing from it arrives after this. */
    void onNodeLost(String nodeId);

    /**
     * The bridge is in another state than before. Every interruption in which envelopes may have been lost is told, as
     * {@link BridgeState#DEGRADED} and then {@link BridgeState#UP}, even one that is over before anybody could look: only then does the
     * node find out about a loss behind which nothing comes.
     */
    void onState(BridgeState state);
}
