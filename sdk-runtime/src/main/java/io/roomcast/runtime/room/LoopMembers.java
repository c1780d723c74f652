package io.roomcast.runtime.room;

import io.roomcast.SendOutcome;
import io.roomcast.runtime.session.Transit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The members of a room that belong to one loop. Confined to that loop, except for {@code expected}. Order is that of joining, with
 * holes filled by the last.
 */
final class LoopMembers {

    private static final AtomicIntegerFieldUpdater<LoopMembers> EXPECTED =
            AtomicIntegerFieldUpdater.newUpdater(LoopMembers.class, "expected");

    /** How many there are, or will be as soon as the loop gets to it. Raised with the room's lock, lowered on the loop. */
    private volatile int expected;

    private RoomMember[] members = new RoomMember[1];
    private int count;
    /** Null unless somebody is on the way, which is rare. */
    private @Nullable List<Arriving> arriving;

    /** A member whose session comes from another loop: the broadcasts from now on are its own, but it is not here yet. */
    private record Arriving(RoomMember member, Transit way) {}

    /** A member will be added. With the room's lock. */
    void expectOne() {
        EXPECTED.incrementAndGet(this);
    }

    /** It will not, or was removed. */
    void expectOneLess() {
        EXPECTED.decrementAndGet(this);
    }

    /** Returns whether there are members, or will be. With the room's lock. */
    boolean expectsAny() {
        return expected > 0;
    }

    /** A member's session is on its way here. */
    void expect(RoomMember member, Transit way) {
        if (arriving == null) {
            arriving = new ArrayList<>(2);
        }
        arriving.add(new Arriving(member, way));
    }

    /** It is here. */
    void expectNoMore(RoomMember member) {
        if (arriving != null) {
            arriving.removeIf(entry -> entry.member == member);
            if (arriving.isEmpty()) {
                arriving = null;
            }
        }
    }

    void add(RoomMember member) {
        if (count == members.length) {
            members = Arrays.copyOf(members, count * 2);
        }
        member.place = count;
        members[count++] = member;
    }

    void remove(RoomMember member) {
        RoomMember last = members[--count];
        members[member.place] = last;
        last.place = member.place;
        member.place = -1;
        members[count] = null;
        if (members.length > 16 && count < members.length / 4) {
            members = Arrays.copyOf(members, members.length / 2);
        }
    }

    /** Asks each member but some. */
    void ask(AckShare share, Set<String> except) {
        for (int i = 0; i < count; i++) {
            if (!members[i].isRecovering()
                    && !except.contains(members[i].session().id())) {
                share.ask(members[i]);
            }
        }
        if (arriving != null) {
            for (Arriving newcomer : arriving) {
                if (!except.contains(newcomer.member.session().id())) {
                    share.askLater(newcomer.member.session(), newcomer.way::run);
                }
            }
        }
    }

    /** How one member gets a broadcast. */
    interface Offer {
        SendOutcome to(RoomMember member);
    }

    /** Gives each member something, whatever it is. */
    void announce(Offer offer) {
        for (int i = 0; i < count; i++) {
            members[i].take(offer, 0);
        }
        for (Arriving newcomer : arriving()) {
            newcomer.way.broadcast(() -> {
                if (isPresent(newcomer)) {
                    newcomer.member.take(offer, 0);
                }
            });
        }
    }

    /** Gives a broadcast to each member that it is for. */
    void deliver(LoopDelivery delivery) {
        for (int i = 0; i < count; i++) {
            delivery.giveTo(members[i]);
        }
        collect(delivery);
    }

    /** Gives broadcasts, in their order, to each member that they are for. */
    void deliver(Burst burst) {
        for (int i = 0; i < count; i++) {
            burst.giveTo(members[i]);
        }
        burst.deliveries().forEach(this::collect);
    }

    private void collect(LoopDelivery delivery) {
        for (Arriving newcomer : arriving()) {
            if (delivery.isFor(newcomer.member.session())) {
                newcomer.way.broadcast(() -> delivery.giveTo(newcomer.member, isPresent(newcomer)));
                delivery.given(1);
            }
        }
    }

    private List<Arriving> arriving() {
        return arriving == null ? List.of() : arriving;
    }

    private static boolean isPresent(Arriving newcomer) {
        return newcomer.member.isActive() || newcomer.member.isRecovering();
    }
}
