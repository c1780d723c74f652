package io.roomcast.runtime.room;

import io.roomcast.SendOutcome;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.transport.Chunk;
import java.util.List;

/**
 * What a peer gets behind its {@code joined}: what it has missed, and then what was sent in the room while that was read.
 *
 * @param missed in the order of their places
 * @param held in the order of sending
 */
record Recovered(List<Missed> missed, List<LoopMembers.Offer> held) {

    static final Recovered NOTHING = new Recovered(List.of(), List.of());

    /** A message of the room's history with its place, encoded. @param bytes of its payload */
    record Missed(long offset, Chunk chunk, int bytes) {}

    /** On the member's loop. */
    void giveTo(RoomMember member, Telemetry telemetry) {
        Session session = member.session();
        for (Missed message : missed) {
            if (session.offer(message.chunk(), false) != SendOutcome.CLOSED) {
                telemetry.delivered(member.room().name(), 1, message.bytes());
            }
            member.offset = message.offset();
        }
        held.forEach(offer -> offer.to(member));
    }
}
