package io.roomcast.testkit.oracle;

/** Holds what clients get against what is on its way to them. Belongs to one thread. */
final class Arrivals {

    private final Memberships memberships;
    private final Broadcasts broadcasts;
    private final Underway underway;
    private final Witness witness;

    Arrivals(Memberships memberships, Broadcasts broadcasts, Underway underway, Witness witness) {
        this.memberships = memberships;
        this.broadcasts = broadcasts;
        this.underway = underway;
        this.witness = witness;
    }

    /** A client got a message. */
    void message(int membership, int from, int serial) {
        if (!underway.takeFirst(membership, from, serial)) {
            find(membership, from, serial);
        }
    }

    /** A client was told that it missed messages. */
    void gap(int membership, int missed) {
        find(membership, Broadcasts.GAP, missed);
    }

    private void find(int membership, int from, int serial) {
        int found = search(membership, from, serial);
        if (found == Chains.NONE) {
            unexpected(membership, from, serial);
        } else {
            take(membership, found);
        }
    }

    private int search(int membership, int from, int serial) {
        int[] found = {Chains.NONE};
        underway.visit(membership, (cell, item) -> {
            if (!underway.is(item, from, serial)) {
                return Chains.Then.KEEP;
            }
            found[0] = Underway.broadcast(item);
            // Notices of gaps look alike: the one that is owed goes first.
            return Underway.isOwed(item) ? Chains.Then.STOP : Chains.Then.KEEP;
        });
        return found[0];
    }

    private void unexpected(int membership, int from, int serial) {
        boolean gap = from == Broadcasts.GAP;
        witness.find(
                gap ? Kind.GAP : Kind.UNEXPECTED,
                membership,
                (gap ? "was told of " + serial + " missed messages" : "got message " + serial + " of peer " + from)
                        + ", which it was not to get, or had got before; it was "
                        + memberships.stateName(membership));
    }

    /** Takes one off, and what it has overtaken: what one node sends into one room arrives in order, so that cannot come any more. */
    private void take(int membership, int broadcast) {
        int by = broadcasts.origin(broadcast);
        underway.visit(membership, (cell, item) -> {
            int each = Underway.broadcast(item);
            if (each == broadcast) {
                underway.gone(item);
                return Chains.Then.REMOVE_AND_STOP;
            }
            if (broadcasts.origin(each) != by || by == Broadcasts.UNORDERED) {
                return Chains.Then.KEEP;
            }
            if (Underway.isOwed(item)) {
                witness.find(
                        Kind.OUT_OF_ORDER,
                        membership,
                        "got " + broadcasts.named(broadcast) + " before " + broadcasts.named(each)
                                + ", which the same node had sent before");
            }
            underway.gone(item);
            return Chains.Then.REMOVE;
        });
    }
}
