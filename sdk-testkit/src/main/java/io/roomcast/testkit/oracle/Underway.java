package io.roomcast.testkit.oracle;

/**
 * What is on its way to each client: 8 bytes for each delivery until it has come. An item is <i>owed</i>, which must come, or <i>permitted</i>, which may. Belongs to
 * one thread.
 */
final class Underway {

    /** The bit that makes an item a permission; the rest is the number of the broadcast. */
    private static final int PERMITTED = 1 << 31;

    private final Broadcasts broadcasts;
    /** By membership. */
    private final Chains items = new Chains();

    private long owed;
    private long permitted;
    private int outstanding;

    Underway(Broadcasts broadcasts) {
        this.broadcasts = broadcasts;
    }

    /** Makes room for so many memberships. */
    void capacity(int memberships) {
        items.owners(memberships);
    }

    static boolean isOwed(int item) {
        return (item & PERMITTED) == 0;
    }

    /** Returns the number of an item's broadcast. */
    static int broadcast(int item) {
        return item & ~PERMITTED;
    }

    void owe(int membership, int broadcast) {
        add(membership, broadcast);
        outstanding++;
        if (!broadcasts.isGap(broadcast)) {
            owed++;
        }
    }

    void permit(int membership, int broadcast) {
        add(membership, broadcast | PERMITTED);
        if (!broadcasts.isGap(broadcast)) {
            permitted++;
        }
    }

    private void add(int membership, int item) {
        broadcasts.retain(broadcast(item));
        items.add(membership, item);
    }

    boolean isEmpty(int membership) {
        return items.isEmpty(membership);
    }

    void visit(int membership, Chains.Visitor visitor) {
        items.visit(membership, visitor);
    }

    boolean is(int item, int from, int serial) {
        return broadcasts.is(broadcast(item), from, serial);
    }

    boolean has(int membership, int from, int serial) {
        boolean[] found = {false};
        visit(membership, (cell, item) -> {
            found[0] |= is(item, from, serial);
            return found[0] ? Chains.Then.STOP : Chains.Then.KEEP;
        });
        return found[0];
    }

    /** Takes a client's first item off if it is this one, which is the common case. Returns whether it was. */
    boolean takeFirst(int membership, int from, int serial) {
        int cell = items.first(membership);
        if (cell == Chains.NONE || !is(items.value(cell), from, serial)) {
            return false;
        }
        gone(items.value(cell));
        items.removeFirst(membership);
        return true;
    }

    /** An item is on its way no more. Whoever calls takes it off the client's. */
    void gone(int item) {
        if (isOwed(item)) {
            outstanding--;
        }
        broadcasts.release(broadcast(item));
    }

    /** Nothing is on its way to a client any more. */
    void clear(int membership) {
        visit(membership, (cell, item) -> {
            gone(item);
            return Chains.Then.REMOVE;
        });
    }

    /** From now on an item need not come; it counts as owed all the same. */
    void forgive(int cell, int item) {
        if (isOwed(item)) {
            outstanding--;
            items.set(cell, item | PERMITTED);
        }
    }

    /** An item need not come because of a fault, and was never owed. Returns what it is now. */
    int excuse(int cell, int item) {
        if (isOwed(item)) {
            outstanding--;
            owed--;
            permitted++;
            items.set(cell, item | PERMITTED);
        }
        return item | PERMITTED;
    }

    /** Puts the permission to get another broadcast where an excused item is. */
    void replace(int cell, int excused, int broadcast) {
        broadcasts.retain(broadcast);
        items.set(cell, broadcast | PERMITTED);
        broadcasts.release(broadcast(excused));
    }

    /** Returns how many deliveries there had to be, without notices of gaps. */
    long owed() {
        return owed;
    }

    /** Returns how many more there might have been, without notices of gaps. */
    long permitted() {
        return permitted;
    }

    /** Returns how many items are owed and have not come. */
    int outstanding() {
        return outstanding;
    }
}
