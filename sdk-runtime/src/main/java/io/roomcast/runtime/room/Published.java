package io.roomcast.runtime.room;

import io.roomcast.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast that was handed to the bridge.
 *
 * @param stamp what the other nodes know it by; null where it goes to nobody, or to chosen nodes only
 */
public record Published(Receipt receipt, @Nullable Stamp stamp) {

    /** A broadcast for which there is no other node. */
    public static final Published NOWHERE = new Published(Receipts.DONE, null);
}
