package io.roomcast.testkit.oracle;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The clients in rooms with history. Belongs to one thread. */
final class Readers {

    private final Memberships memberships;
    private final Map<Integer, Reader> byMembership = new HashMap<>();

    Readers(Memberships memberships) {
        this.memberships = memberships;
    }

    /** Looks at one. */
    interface Visitor {
        void at(int membership, Reader reader);
    }

    void put(int membership, Reader reader) {
        byMembership.put(membership, reader);
    }

    @Nullable
    Reader get(int membership) {
        return byMembership.get(membership);
    }

    @Nullable
    Reader remove(int membership) {
        return byMembership.remove(membership);
    }

    Map<Integer, Reader> all() {
        return byMembership;
    }

    /** Goes through those in a room that are connected to a node. */
    void on(int node, int room, Visitor visitor) {
        int[] members = memberships.of(room);
        for (int i = 0; i < memberships.size(room); i++) {
            Reader reader = get(members[i]);
            if (reader != null && memberships.node(members[i]) == node) {
                visitor.at(members[i], reader);
            }
        }
    }
}
