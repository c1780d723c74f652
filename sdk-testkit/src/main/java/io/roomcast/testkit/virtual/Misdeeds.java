package io.roomcast.testkit.virtual;

import io.roomcast.Limits;
import io.roomcast.testkit.scenario.Misdeed;

/** What bad clients do, and whether they get what they deserve for it. Belongs to the world's thread. */
final class Misdeeds {

    private static final Misdeed[] ALL = Misdeed.values();
    /** What is neither protobuf nor JSON. */
    private static final byte[] MALFORMED = {0x0a, 0x7f, 0x00};

    private final RunState run;
    private final Peers peers;
    private final VirtualCluster cluster;
    private final Speaking speaking;
    private final Reading reading;
    private final Limits limits;

    Misdeeds(RunState run, VirtualCluster cluster, Speaking speaking, Reading reading, Limits limits) {
        this.run = run;
        this.peers = run.peers;
        this.cluster = cluster;
        this.speaking = speaking;
        this.reading = reading;
        this.limits = limits;
    }

    /** Returns whether a node closes the connection for the misdeed of a peer's step. */
    boolean isPunished(int peer) {
        return of(peer).closeCode() != 0;
    }

    /** Does the misdeed of a peer's step. */
    void commit(int peer) {
        Misdeed misdeed = of(peer);
        switch (misdeed) {
            case MALFORMED -> speaking.sendBytes(peer, MALFORMED, true);
            case OVERSIZED -> speaking.sendBytes(peer, new byte[limits.maxMessageBytes() + 1], true);
            case WRONG_TYPE -> speaking.sendBytes(peer, new byte[] {'{', '}'}, false);
            case PONG_SILENCE -> reading.fallSilent(peer);
            case FLOOD -> {
                for (int i = 0; i < 2 * limits.maxMessagesPerSecond() + 10; i++) {
                    speaking.sendUnnumbered(peer, ClientWire.ping(1));
                }
            }
            case UNMASKED, FRAGMENTED -> speaking.sendAs(misdeed, peer, ClientWire.ping(1));
        }
    }

    /** The connection was closed, for which the peer had waited. */
    void closed(int peer, int code) {
        Misdeed misdeed = of(peer);
        int expected = misdeed.closeCode();
        boolean nodeGone = !cluster.node(peers.node[peer]).isAccepting();
        if (code != expected && !nodeGone) {
            run.find("unpunished", peer, "was closed with " + code + " after " + misdeed + ", expected " + expected);
        }
    }

    /** The connection was not closed in time. */
    void unpunished(int peer) {
        run.find("unpunished", peer, "its connection was not closed after " + of(peer));
    }

    private Misdeed of(int peer) {
        return ALL[run.program.a(peers.step[peer])];
    }
}
