package io.roomcast.bridge;

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

    /** Another node joined the cluster. Precedes its first envelope. */
    void onNodeJoined(String nodeId);

    /** Another node left the cluster or is taken for dead. Nothing from it arrives after this. */
    void onNodeLost(String nodeId);

    /** The bridge is in another state than before. */
    void onState(BridgeState state);
}
