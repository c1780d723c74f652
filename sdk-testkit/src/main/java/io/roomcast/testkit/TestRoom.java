package io.roomcast.testkit;

import java.time.Duration;

/** One room as one peer sees it: what it says there, and what it expects to see there. For the thread of the test. */
public final class TestRoom extends Expectations {

    private final TestCluster cluster;
    private final TestPeer peer;
    private final String name;

    TestRoom(TestCluster cluster, Diary diary, TestPeer peer, String name) {
        super(cluster, diary, name, cluster.patience());
        this.cluster = cluster;
        this.peer = peer;
        this.name = name;
    }

    /** Returns the peer. */
    public TestPeer peer() {
        return peer;
    }

    /** Returns the room's name. */
    public String name() {
        return name;
    }

    /** Sends text into the room. */
    public void say(String event, String text) {
        peer.say(name, event, text);
    }

    /** Sends text into the room, addressed to another peer. */
    public void sayTo(TestPeer other, String event, String text) {
        peer.sayToLater(name, other.id(), event, text);
        peer.settle();
    }

    /** Asks the room's handler something. */
    public OutgoingRequest request(String event, String text) {
        return request(event, text, Duration.ZERO);
    }

    /** Asks the room's handler something. @param timeout how long the answer may take, zero = as long as the server likes */
    public OutgoingRequest request(String event, String text, Duration timeout) {
        int id = peer.askLater(name, event, text, (int) timeout.toMillis());
        peer.settle();
        return new OutgoingRequest(cluster, peer, id, event, timeout);
    }

    /** Leaves the room. */
    public void leave() {
        peer.leave(name);
    }

    /** Expects to be let in, once more or still; returns the snapshot of the last {@code joined} as text. */
    public String expectJoined() {
        return joined(name);
    }

    /** Expects to be told that the peer is out of the room, without having asked for it; returns why. */
    public String expectLeft() {
        return left(name);
    }

    @Override
    public String toString() {
        return peer.name() + " in " + name;
    }
}
