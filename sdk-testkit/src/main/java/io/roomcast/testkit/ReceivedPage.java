package io.roomcast.testkit;

import java.util.List;

/**
 * A page of a room's history as a peer got it.
 *
 * @param ref that of the wish
 * @param oldest the place of the oldest message that the history has
 * @param newest that of the newest
 * @param through the place up to which the page reaches
 */
public record ReceivedPage(
        int ref, String room, String epoch, long oldest, long newest, long through, List<Entry> entries) {

    /** A message and its place. */
    public record Entry(long offset, Received message) {}
}
