package io.roomcast.runtime.outbound.policy;

import io.roomcast.Ordering;

/**
 * What a policy knows of a message before it looks for the peer's other messages. Immutable; one for all peers that get the message.
 *
 * @param slot what it is held with
 * @param sender the peer it names as its sender, empty for none
 * @param urgent whether it leaves at once, with what is held
 */
public record Arrival(Lane lane, SlotKey slot, String sender, boolean urgent) {

    /** Which messages of a lane are held together for one peer. */
    record SlotKey(String key, String sender) {}

    public static Arrival of(Lane lane, String key, String sender, boolean urgent) {
        return new Arrival(lane, new SlotKey(key, lane.ordering == Ordering.PAIR ? sender : ""), sender, urgent);
    }
}
