package io.roomcast.runtime.room;

import io.roomcast.SendOutcome;
import io.roomcast.runtime.session.Session;

/** A member gets what was encoded, with no policy in between. */
final class PlainOffer implements LoopMembers.Offer {

    private final EncodedMessage encoded;
    private final boolean droppable;
    private final int withinMillis;

    PlainOffer(EncodedMessage encoded, boolean droppable, int withinMillis) {
        this.encoded = encoded;
        this.droppable = droppable;
        this.withinMillis = withinMillis;
    }

    EncodedMessage encoded() {
        return encoded;
    }

    boolean isDroppable() {
        return droppable;
    }

    int withinMillis() {
        return withinMillis;
    }

    @Override
    public SendOutcome to(RoomMember member) {
        Session session = member.session();
        return session.offer(encoded.in(session.format()), droppable, withinMillis);
    }
}
