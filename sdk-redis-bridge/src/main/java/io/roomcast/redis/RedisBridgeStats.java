package io.roomcast.redis;

/**
 * What a bridge has counted since it was made. A snapshot: the figures of one need not be of one moment.
 *
 * @param published envelopes that Redis took
 * @param publishCommands the commands they went in
 * @param publishFailed envelopes and appends that were refused or not acknowledged, whatever the reason
 * @param noRoute of those, envelopes for a node that nobody there listened for
 * @param queueFull of those, and of the appends, what found its queue full
 * @param appended entries that Redis put into logs
 * @param appendCommands the commands they went in
 * @param arrived envelopes and entries handed to the node
 * @param arrivalsDropped messages that came faster than the node took them; the numbers of the runtime tell of the loss, what is
 *     in a log is read from there
 * @param backfills reads of logs, after a reconnect or a hole
 * @param historyLost times that entries of a log were lost to this node
 * @param refusedGarbage messages that were not of a bridge
 * @param refusedUnsigned messages without a signature where one is wanted
 * @param refusedForged messages with a wrong signature
 * @param refusedNewer messages of a version that this one cannot read
 * @param reconnects connections that were opened to take the place of another
 * @param stalls connections that were cut because Redis took nothing or said nothing for the command timeout
 * @param sessionsLost times that this node's session key was gone
 * @param nodesRefused heartbeats and envelopes of nodes that could not be counted in: of our own id, of a departed node, or beyond
 *     the limit of {@value Members#MAX_NODES} nodes
 * @param suspects times that a node was silent for the suspect time
 * @param rooms rooms that this node wants or has wanted a moment ago
 * @param queuedBytes what waits for Redis
 * @param probeNanos how long the last message to oneself took; -1 before the first
 */
public record RedisBridgeStats(
        long published,
        long publishCommands,
        long publishFailed,
        long noRoute,
        long queueFull,
        long appended,
        long appendCommands,
        long arrived,
        long arrivalsDropped,
        long backfills,
        long historyLost,
        long refusedGarbage,
        long refusedUnsigned,
        long refusedForged,
        long refusedNewer,
        long reconnects,
        long stalls,
        long sessionsLost,
        long nodesRefused,
        long suspects,
        long rooms,
        long queuedBytes,
        long probeNanos) {}
