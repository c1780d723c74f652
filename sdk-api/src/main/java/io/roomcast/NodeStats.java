package io.roomcast;

/**
 * Counts of one node at one moment. The first group says what it holds, the second what it has done since its start; the
 * values are read one after another, so two of them may be a few operations apart.
 *
 * @param connections open WebSocket connections, those that have not said hello included
 * @param peers peers that were welcomed and are still here
 * @param disconnectedPeers those of them that have no connection and may resume
 * @param rooms rooms with at least one peer on this node, or about to be freed
 * @param memberships pairs of a peer of this node and a room it is in
 * @param outboundBytes bytes queued for peers and not yet handed to the network, what delivery policies hold included
 * @param unacknowledgedBytes bytes written to peers and kept until they acknowledge them
 * @param openRequests requests of peers and to peers that wait for their answers
 * @param connectionsOpened WebSocket connections accepted
 * @param messagesReceived messages from peers, before any check
 * @param messagesDelivered messages queued for a peer of this node, counted once per peer
 * @param messagesDropped messages not queued for a peer because of its backlog, or dropped from what was kept for it
 * @param messagesConflated messages that a newer one of the same key replaced, or into which one was merged, before they left
 */
public record NodeStats(
        long connections,
        long peers,
        long disconnectedPeers,
        long rooms,
        long memberships,
        long outboundBytes,
        long unacknowledgedBytes,
        long openRequests,
        long connectionsOpened,
        long messagesReceived,
        long messagesDelivered,
        long messagesDropped,
        long messagesConflated) {}
