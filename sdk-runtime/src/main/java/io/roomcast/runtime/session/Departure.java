package io.roomcast.runtime.session;

import io.roomcast.runtime.transport.Chunk;
import java.util.List;

/**
 * What a session takes along from one node to another.
 *
 * @param released the number of the last numbered frame that its client has had
 * @param frames those that follow, as they were encoded for the rooms' numbers of the node it leaves
 * @param received how many numbered frames of the client were handled
 * @param silentNanos for how long the client could not be heard
 */
public record Departure(long released, List<Chunk> frames, long received, long silentNanos) {}
