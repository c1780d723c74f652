package io.roomcast.testkit.oracle;

/** Finds what is owed to clients and has not come in time. Belongs to one thread. */
final class Overdue {

    private static final int AT_ALL = Integer.MAX_VALUE;

    private final int graceMillis;
    private final Memberships memberships;
    private final Broadcasts broadcasts;
    private final Underway underway;
    private final Witness witness;

    /** @param graceMillis how long a message may be on the way before it is overdue */
    Overdue(int graceMillis, Memberships memberships, Broadcasts broadcasts, Underway underway, Witness witness) {
        this.graceMillis = graceMillis;
        this.memberships = memberships;
        this.broadcasts = broadcasts;
        this.underway = underway;
        this.witness = witness;
    }

    /** A client is on its way out: what is overdue is lost, the rest may come or not. */
    void leaving(int membership) {
        if (underway.isEmpty(membership)) {
            return;
        }
        if (!memberships.isSlow(membership)) {
            find(membership, graceMillis);
        }
        underway.visit(membership, (cell, item) -> {
            underway.forgive(cell, item);
            return Chains.Then.KEEP;
        });
    }

    /** Everything should have arrived: what is still owed is lost. */
    void finish() {
        for (int membership = 0; membership < memberships.capacity(); membership++) {
            if (memberships.state(membership) != Memberships.OUT && !memberships.isSlow(membership)) {
                find(membership, AT_ALL);
            }
        }
    }

    /** Finds what is owed for longer than this. */
    private void find(int membership, int millis) {
        int now = witness.millis();
        int awake = memberships.awakeSince(membership);
        underway.visit(membership, (cell, item) -> {
            int broadcast = Underway.broadcast(item);
            int madeAt = broadcasts.madeAt(broadcast);
            if (Underway.isOwed(item) && (millis == AT_ALL || now - Math.max(awake, madeAt) > millis)) {
                witness.find(
                        broadcasts.isGap(broadcast) ? Kind.GAP : Kind.LOST,
                        membership,
                        "never got " + broadcasts.named(broadcast) + " made at " + madeAt + " ms by node "
                                + broadcasts.origin(broadcast));
                underway.forgive(cell, item);
            }
            return Chains.Then.KEEP;
        });
    }
}
