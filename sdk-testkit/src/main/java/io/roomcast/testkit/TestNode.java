package io.roomcast.testkit;

import io.roomcast.NodeStats;
import io.roomcast.Room;
import io.roomcast.Roomcast;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** One node of a {@link TestCluster}, and where peers connect to it. For the thread of the test. */
public final class TestNode {

    private final TestCluster cluster;
    private final int number;
    private final Roomcast roomcast;
    private final Door door;

    /** How clients come in. */
    interface Door {
        ClientWire open(String peer, ClientWire.Listener listener);
    }

    TestNode(TestCluster cluster, int number, Roomcast roomcast, Door door) {
        this.cluster = cluster;
        this.number = number;
        this.roomcast = roomcast;
        this.door = door;
    }

    /** Returns its number in the cluster, from 1. */
    public int number() {
        return number;
    }

    /** Returns what an application would have in hand. */
    public Roomcast roomcast() {
        return roomcast;
    }

    /** Returns its id. */
    public String id() {
        return roomcast.id();
    }

    /** Returns the room of this name, as {@link Roomcast#room} does. */
    public Room room(String name) {
        return roomcast.room(name);
    }

    /** Returns where it listens; empty unless the cluster is {@linkplain TestCluster.Builder#sockets on sockets}. */
    public List<InetSocketAddress> addresses() {
        return roomcast.addresses();
    }

    /** Returns its counts. */
    public NodeStats stats() {
        return roomcast.stats();
    }

    /** Stops it, as {@link Roomcast#stop} does. Under virtual time it makes progress when the cluster is pumped. */
    public CompletionStage<Void> stop(Duration deadline) {
        return roomcast.stop(deadline);
    }

    /**
     * Connects a peer and says hello.
     *
     * @param name what messages to people call it; not that of another peer whose connection is open
     */
    public TestPeer peer(String name) {
        return peer(name, "");
    }

    /** Connects a peer and says hello with a token. @param name see {@link #peer(String)} */
    public TestPeer peer(String name, String token) {
        TestPeer peer = connect(name);
        peer.hello(token);
        return peer;
    }

    /** Connects a peer that can come back to its session, and says hello. @param name see {@link #peer(String)} */
    public TestPeer resumablePeer(String name) {
        TestPeer peer = connect(name);
        peer.helloResumable("");
        return peer;
    }

    /** Connects a client that has not said hello yet. @param name see {@link #peer(String)} */
    public TestPeer connect(String name) {
        return cluster.connect(this, name);
    }

    ClientWire open(String peer, ClientWire.Listener listener) {
        return door.open(peer, listener);
    }

    @Override
    public String toString() {
        return "node " + number;
    }
}
