package io.roomcast.runtime.wire;

import io.roomcast.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a room's history.
 *
 * @param oldest the place of the oldest message that the history has
 * @param newest that of the newest
 * @param through the place up to which the page reaches
 */
public record PageContent(String epoch, long oldest, long newest, long through, List<Entry> entries) {

    /** One message. @param from its sender, if that is to be known */
    public record Entry(
            long offset, Message message, @Nullable String from) {}
}
