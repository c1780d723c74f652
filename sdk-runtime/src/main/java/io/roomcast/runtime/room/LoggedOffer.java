package io.roomcast.runtime.room;

import io.roomcast.SendOutcome;
import io.roomcast.runtime.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * How a member gets a message of the room's history: not twice, and so that the client knows its place. A client counts the messages on
 * routes of the history; one that was kept from it, or told with its place, sets the count right before the next one it could miscount.
 */
final class LoggedOffer implements LoopMembers.Offer {

    private final long offset;
    private final Addressing addressing;
    private final boolean onRoute;
    private final EncodedMessage encoded;
    private final EncodedMessage placeBefore;
    private final int withinMillis;
    private final @Nullable PolicedMessage behindWhatIsHeld;

    /**
     * @param onRoute whether it goes on a route, without its place, to those who understand routes
     * @param placeBefore tells a client the place before this message
     * @param withinMillis how long it may wait for others to leave with it
     */
    LoggedOffer(
            long offset,
            Addressing addressing,
            boolean onRoute,
            EncodedMessage encoded,
            EncodedMessage placeBefore,
            int withinMillis,
            @Nullable PolicedMessage behindWhatIsHeld) {
        this.offset = offset;
        this.addressing = addressing;
        this.onRoute = onRoute;
        this.encoded = encoded;
        this.placeBefore = placeBefore;
        this.withinMillis = withinMillis;
        this.behindWhatIsHeld = behindWhatIsHeld;
    }

    @Override
    public SendOutcome to(RoomMember member) {
        if (offset <= member.offset || !member.before().isEmpty() && !member.isFor(addressing)) {
            return SendOutcome.CLOSED;
        }
        Session session = member.session();
        if (onRoute && offset != member.offset + 1 && session.format().usesRoutes()) {
            session.offer(placeBefore.in(session.format()), false, withinMillis);
        }
        member.offset = offset;
        return behindWhatIsHeld != null
                ? behindWhatIsHeld.offerTo(session)
                : session.offer(encoded.in(session.format()), false, withinMillis);
    }
}
