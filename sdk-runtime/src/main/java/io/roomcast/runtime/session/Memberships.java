package io.roomcast.runtime.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is done with a peer's memberships, an array that is replaced and never changed: peers are in few rooms, and any thread reads. */
final class Memberships {

    static final Membership[] NONE = {};

    private Memberships() {}

    /** Returns that of the room with this name, active or not, or null. */
    static @Nullable Membership of(Membership[] memberships, String room) {
        for (Membership membership : memberships) {
            if (membership.roomName().equals(room)) {
                return membership;
            }
        }
        return null;
    }

    /** Returns that of the room with this number if it is active, or null. */
    static @Nullable Membership of(Membership[] memberships, int roomNumber) {
        for (Membership membership : memberships) {
            if (membership.roomNumber() == roomNumber && membership.isActive()) {
                return membership;
            }
        }
        return null;
    }

    static Membership[] with(Membership[] memberships, Membership another) {
        Membership[] more = Arrays.copyOf(memberships, memberships.length + 1);
        more[memberships.length] = another;
        return more;
    }

    static Membership[] without(Membership[] memberships, Membership one) {
        for (int i = 0; i < memberships.length; i++) {
            if (memberships[i] == one) {
                Membership[] fewer = memberships.length == 1 ? NONE : new Membership[memberships.length - 1];
                System.arraycopy(memberships, 0, fewer, 0, i);
                System.arraycopy(memberships, i + 1, fewer, i, fewer.length - i);
                return fewer;
            }
        }
        return memberships;
    }
}
