package io.roomcast.runtime.room;

import io.roomcast.Message;
import io.roomcast.runtime.outbound.HandOver;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.transport.JoiningTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast on its way to a room's members on one loop. If others of the room are right behind it, as after a burst, all are given to
 * one member after the other, instead of one after the other to all members: see {@link Burst}.
 */
final class LoopDelivery implements JoiningTask {

    /** A burst is not longer, so that no member waits long for its first message. */
    private static final int MOST_TOGETHER = 64;

    private final Audience audience;
    private final LoopMembers there;
    private final LoopMembers.Offer offer;
    private final Message message;
    private final @Nullable Stamp stamp;
    private final @Nullable Session skip;
    private final Set<String> skipIds;
    private final HandOver handOver;

    /** What was handed over right behind it; null for nothing. Guarded by the loop until it begins. */
    private @Nullable List<LoopDelivery> behind;

    private int queued;
    private int dropped;

    /**
     * @param stamp what it is known by to those who come from another node, null if by nothing
     * @param skip a member that does not get it, or null
     * @param skipIds members that do not get it
     */
    LoopDelivery(
            Audience audience,
            LoopMembers there,
            LoopMembers.Offer offer,
            Message message,
            @Nullable Stamp stamp,
            @Nullable Session skip,
            Set<String> skipIds,
            HandOver handOver) {
        this.audience = audience;
        this.there = there;
        this.offer = offer;
        this.message = message;
        this.stamp = stamp;
        this.skip = skip;
        this.skipIds = skipIds;
        this.handOver = handOver;
    }

    @Override
    public boolean takeIn(JoiningTask next) {
        if (!(next instanceof LoopDelivery other) || other.there != there) {
            return false;
        }
        if (behind == null) {
            behind = new ArrayList<>();
            behind.add(this);
        }
        return behind.size() < MOST_TOGETHER && behind.add(other);
    }

    @Override
    public void run() {
        if (behind == null) {
            begin();
            there.deliver(this);
            end();
        } else {
            behind.forEach(LoopDelivery::begin);
            Burst burst = new Burst(behind, audience.mostJoinedBytes());
            there.deliver(burst);
            burst.end();
        }
    }

    private void begin() {
        handOver.taken();
    }

    void end() {
        audience.report(message, queued, dropped);
    }

    LoopMembers.Offer offer() {
        return offer;
    }

    int size() {
        return message.size();
    }

    @Nullable
    Session skip() {
        return skip;
    }

    /** Returns whether it is not for others beside {@link #skip()}. */
    boolean skipsMore() {
        return !skipIds.isEmpty();
    }

    private boolean isFor(RoomMember member) {
        Session session = member.session();
        return session != skip && (skipIds.isEmpty() || !skipIds.contains(session.id())) && !member.hasHad(stamp);
    }

    /** Gives it to a member, if it is for that. */
    void giveTo(RoomMember member) {
        if (isFor(member)) {
            switch (member.take(offer, message.size())) {
                case QUEUED, CONFLATED -> queued++;
                case DROPPED -> dropped++;
                case CLOSED -> {}
            }
        }
    }

    /** It was given to so many members in another way. */
    void given(int members) {
        queued += members;
    }

    /** Returns whether it is to be collected for somebody whose session is on its way to the loop. */
    boolean isFor(Session coming) {
        return coming != skip && !skipIds.contains(coming.id());
    }

    /** Gives it to somebody whose session has come to the loop meanwhile. */
    void giveTo(RoomMember member, boolean present) {
        if (present && !member.hasHad(stamp)) {
            member.take(offer, message.size());
        }
    }
}
