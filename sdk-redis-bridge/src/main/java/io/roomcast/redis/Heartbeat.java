package io.roomcast.redis;

/**
 * A node lives.
 *
 * @param count goes up with each of a node's heartbeats; an old one that somebody repeats is not believed
 * @param incarnation goes up whenever the node's session key was lost
 * @param partitions into how many parts the node divides the rooms: all must agree
 * @param asking whether the node wants to hear of the others at once
 */
record Heartbeat(Origin origin, long count, long incarnation, int partitions, boolean asking) {}
