package io.roomcast.testkit.oracle;

/** Says who must and who may get what nodes send, and what faults between nodes change about that. Belongs to one thread. */
final class Recipients {

    private static final int ALL_NODES = -1;

    private final Memberships memberships;
    private final Broadcasts broadcasts;
    private final Underway underway;
    private final BetweenNodes betweenNodes;
    private final Witness witness;

    Recipients(
            Memberships memberships,
            Broadcasts broadcasts,
            Underway underway,
            BetweenNodes betweenNodes,
            Witness witness) {
        this.memberships = memberships;
        this.broadcasts = broadcasts;
        this.underway = underway;
        this.betweenNodes = betweenNodes;
        this.witness = witness;
    }

    /** A client asks to join: it may get what is on its way from other nodes. */
    void joining(int membership, int room, int node) {
        betweenNodes.visit(room, (cell, broadcast) -> {
            if (broadcasts.origin(broadcast) != node) {
                underway.permit(membership, broadcast);
                witness.note(
                        membership,
                        "may get, from between nodes,",
                        broadcasts.sender(broadcast),
                        broadcasts.serial(broadcast));
            }
            return Chains.Then.KEEP;
        });
    }

    /** A handler makes a broadcast. */
    void broadcast(int node, int room, int from, int serial, Audience audience) {
        int broadcast = broadcasts.add(node, from, serial, witness.millis());
        betweenNodes.add(room, broadcast);
        boolean all = audience.only() == null && audience.except() == null;
        int[] members = memberships.of(room);
        int count = memberships.size(room);
        for (int i = 0; i < count; i++) {
            if (all || audience.has(memberships.peer(members[i]))) {
                send(members[i], broadcast, audience.certain());
            }
        }
    }

    /** Members of a room on a node are to be told that they missed messages. */
    void gapDue(int node, int room, int missed) {
        int notice = Chains.NONE;
        int[] members = memberships.of(room);
        for (int i = 0; i < memberships.size(room); i++) {
            if (isOn(members[i], node)) {
                if (notice == Chains.NONE) {
                    notice = broadcasts.add(Broadcasts.UNORDERED, Broadcasts.GAP, missed, witness.millis());
                }
                send(members[i], notice, true);
            }
        }
    }

    private void send(int membership, int broadcast, boolean certain) {
        boolean must = certain && memberships.state(membership) == Memberships.IN;
        if (must) {
            underway.owe(membership, broadcast);
        } else {
            underway.permit(membership, broadcast);
        }
        if (witness.sees(membership)) {
            witness.note(membership, (must ? "is owed " : "may get ") + broadcasts.named(broadcast) + " in");
        }
    }

    /**
     * What a node was to get over the bridge for a room is lost on the way: its members get it no more.
     *
     * @param node -1 = all of them
     * @param perhaps whether they may get it all the same
     */
    void lost(int node, int room, int from, int serial, boolean perhaps) {
        int[] members = memberships.of(room);
        for (int i = 0; i < memberships.size(room); i++) {
            int membership = members[i];
            if (!isOn(membership, node)) {
                continue;
            }
            underway.visit(membership, (cell, item) -> {
                if (!underway.is(item, from, serial)) {
                    return Chains.Then.KEEP;
                }
                witness.note(
                        membership,
                        perhaps ? "may miss, because of a fault," : "will miss, because of a fault,",
                        from,
                        serial);
                int excused = underway.excuse(cell, item);
                if (perhaps) {
                    return Chains.Then.STOP;
                }
                underway.gone(excused);
                return Chains.Then.REMOVE_AND_STOP;
            });
        }
    }

    /** What a node was to get over the bridge for a room comes behind what was sent later, if the node takes it then at all. */
    void unordered(int node, int room, int from, int serial) {
        int[] members = memberships.of(room);
        int made = Chains.NONE;
        for (int i = 0; i < memberships.size(room); i++) {
            int membership = members[i];
            if (!isOn(membership, node)) {
                continue;
            }
            if (made == Chains.NONE) {
                made = broadcasts.add(Broadcasts.UNORDERED, from, serial, witness.millis());
            }
            int instead = made;
            underway.visit(membership, (cell, item) -> {
                if (!underway.is(item, from, serial)) {
                    return Chains.Then.KEEP;
                }
                witness.note(membership, "may get, behind others,", from, serial);
                underway.replace(cell, underway.excuse(cell, item), instead);
                return Chains.Then.STOP;
            });
        }
        if (made != Chains.NONE) {
            broadcasts.drop(made);
        }
    }

    private boolean isOn(int membership, int node) {
        return node == ALL_NODES || memberships.node(membership) == node;
    }
}
