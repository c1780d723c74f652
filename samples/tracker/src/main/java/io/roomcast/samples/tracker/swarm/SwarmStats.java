package io.roomcast.samples.tracker.swarm;

import java.util.SortedMap;

/**
 * What a swarm amounts to, as one node sees it.
 *
 * @param viewers viewers known; a lower bound once {@code displaced} is not 0
 * @param complete those of them that have the whole stream
 * @param nodes how many of them each node serves, by its name
 * @param fromPeers bytes that the viewers present got from each other, by their own word
 * @param fromServer bytes that the viewers present got from the server, by their own word
 * @param displaced viewers forgotten because the swarm was full
 * @param expired viewers forgotten because nothing was heard of them
 */
public record SwarmStats(
        int viewers,
        int complete,
        SortedMap<String, Integer> nodes,
        long fromPeers,
        long fromServer,
        long displaced,
        long expired) {}
