package io.roomcast.runtime.room;

import io.roomcast.SendOutcome;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.wire.WireFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Broadcasts of one room that were handed to a loop one right behind the other. A member gets them in their order, as if they had been
 * delivered one by one; what has to be looked at of a member is looked at once, and where nothing speaks against it, it is queued as one chunk that all
 * such members share. Confined to the loop.
 */
final class Burst {

    private final List<LoopDelivery> deliveries;
    private final int mostBytes;
    /** All of them in one piece; null if some are not for that. */
    private final @Nullable EncodedMessage joined;
    /** Who gets none of them, where they are in one piece. */
    private final @Nullable Session skip;

    private final int withinMillis;
    /** How many got them in one piece. */
    private int joinedGiven;

    /** @param mostBytes how large the one piece may be */
    Burst(List<LoopDelivery> deliveries, int mostBytes) {
        LoopDelivery first = deliveries.get(0);
        this.deliveries = deliveries;
        this.mostBytes = mostBytes;
        this.skip = first.skip();
        this.joined = canBeJoined() ? new EncodedMessage(this::join) : null;
        this.withinMillis = first.offer() instanceof PlainOffer plain ? plain.withinMillis() : 0;
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean canBeJoined() {
        int size = 0;
        for (LoopDelivery delivery : deliveries) {
            size += delivery.size();
            if (size > mostBytes
                    || delivery.skip() != skip
                    || delivery.skipsMore()
                    || !(delivery.offer() instanceof PlainOffer plain)
                    || plain.isDroppable()) {
                return false;
            }
        }
        return true;
    }

    private Chunk join(WireFormat format) {
        Chunk[] chunks = new Chunk[deliveries.size()];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = ((PlainOffer) deliveries.get(i).offer()).encoded().in(format);
        }
        return Chunk.joined(chunks);
    }

    List<LoopDelivery> deliveries() {
        return deliveries;
    }

    void giveTo(RoomMember member) {
        Session session = member.session();
        if (joined != null && !member.isRecovering() && !member.leavesOut()) {
            if (session == skip) {
                return;
            }
            Chunk chunk = joined.in(session.format());
            if (chunk.size() <= mostBytes) {
                if (session.offer(chunk, false, withinMillis) == SendOutcome.QUEUED) {
                    joinedGiven++;
                }
                return;
            }
        }
        for (LoopDelivery delivery : deliveries) {
            delivery.giveTo(member);
        }
    }

    /** All members have theirs. */
    void end() {
        for (LoopDelivery delivery : deliveries) {
            delivery.given(joinedGiven);
            delivery.end();
        }
    }
}
