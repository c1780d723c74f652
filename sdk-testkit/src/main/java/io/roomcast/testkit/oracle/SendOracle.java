package io.roomcast.testkit.oracle;

/**
 * Follows what clients send until a handler has it: each once, those of one peer and room in order. Belongs to one thread.
 */
public final class SendOracle {

    /** The bit that makes an item one that may be lost. */
    private static final int PERMITTED = 1 << 31;

    private final int slots;
    private final Findings findings;
    private final Trace trace;
    /** By peer: serial and slot of what is on the way, in one int. */
    private final Chains onTheWay = new Chains();

    private long sent;
    private long handled;

    public SendOracle(int slots, Findings findings, Trace trace) {
        this.slots = slots;
        this.findings = findings;
        this.trace = trace;
    }

    /** Makes room for peers 0 to below the count. */
    public void peers(int count) {
        onTheWay.owners(count);
    }

    /** A client sends a message or request. @param slot in which of its rooms */
    public void sent(int peer, int slot, int serial) {
        sent++;
        onTheWay.add(peer, serial * slots + slot);
        if (trace.sees(peer)) {
            trace.note(peer, "sends message " + serial);
        }
    }

    /** A handler has a message. */
    public void handled(int peer, int serial) {
        handled++;
        if (trace.sees(peer)) {
            trace.note(peer, "message " + serial + " is handled");
        }
        int first = onTheWay.first(peer);
        if (first != Chains.NONE && serial(onTheWay.value(first)) == serial) {
            onTheWay.removeFirst(peer);
            return;
        }
        int[] slot = {-1};
        onTheWay.visit(peer, (cell, item) -> {
            if (serial(item) == serial) {
                slot[0] = slot(item);
                return Chains.Then.REMOVE_AND_STOP;
            }
            return Chains.Then.KEEP;
        });
        if (slot[0] < 0) {
            findings.add(Kind.UNEXPECTED, peer, "", "its message " + serial + " was handled twice, or never sent");
            return;
        }
        onTheWay.visit(peer, (cell, item) -> {
            if (slot(item) != slot[0] || serial(item) > serial) {
                return Chains.Then.KEEP;
            }
            if ((item & PERMITTED) == 0) {
                findings.add(
                        Kind.OUT_OF_ORDER,
                        peer,
                        "",
                        "its message " + serial + " was handled before message " + serial(item) + " to the same room");
            }
            return Chains.Then.REMOVE;
        });
    }

    /** The client's connection has ended, or is about to: what is on the way may be lost. */
    public void gone(int peer) {
        if (!onTheWay.isEmpty(peer)) {
            onTheWay.visit(peer, (cell, item) -> {
                onTheWay.set(cell, item | PERMITTED);
                return Chains.Then.KEEP;
            });
        }
    }

    /** Everything should have been handled. @param peers how many there were */
    public void finish(int peers) {
        for (int peer = 0; peer < peers; peer++) {
            int number = peer;
            onTheWay.visit(peer, (cell, item) -> {
                if ((item & PERMITTED) == 0) {
                    findings.add(Kind.LOST, number, "", "its message " + serial(item) + " never reached the handler");
                }
                return Chains.Then.REMOVE;
            });
        }
    }

    private int serial(int item) {
        return (item & ~PERMITTED) / slots;
    }

    private int slot(int item) {
        return (item & ~PERMITTED) % slots;
    }

    public long sent() {
        return sent;
    }

    public long handled() {
        return handled;
    }
}
