package io.roomcast.testkit;

import io.roomcast.runtime.wire.proto.Page;
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

    /** @param room the name of the room that the page names by its number */
    static ReceivedPage of(Page page, String room) {
        return new ReceivedPage(
                page.getRef(),
                room,
                page.getEpoch(),
                page.getOldest(),
                page.getNewest(),
                page.getThrough(),
                page.getEntriesList().stream()
                        .map(entry -> new Entry(
                                entry.getOffset(),
                                new Received(
                                        room,
                                        entry.getEvent(),
                                        entry.getFrom(),
                                        entry.getPayload().toByteArray())))
                        .toList());
    }
}
