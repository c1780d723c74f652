package io.roomcast.samples.tracker.room;

import io.roomcast.AcknowledgedBroadcast;
import io.roomcast.Broadcast;
import io.roomcast.HistoryPage;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import io.roomcast.Room;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A room that hands on what is sent. */
record FakeRoom(
        String name, Map<String, String> parameters, Consumer<Sent> broadcasts, BiConsumer<String, Message> tells)
        implements Room {

    private static final Receipt RECEIPT = () -> CompletableFuture.completedFuture(null);

    /** A broadcast: to nobody in particular when {@code to} is empty. */
    record Sent(Message message, Set<String> to, String from) {}

    @Override
    public Broadcast broadcast(Message message) {
        return new FakeBroadcast(message);
    }

    @Override
    public Receipt tellNodes(Message message) {
        tells.accept("", message);
        return RECEIPT;
    }

    @Override
    public Receipt tellNode(String nodeId, Message message) {
        tells.accept(nodeId, message);
        return RECEIPT;
    }

    @Override
    public CompletionStage<Message> request(String peerId, Message message, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<HistoryPage> history(int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<HistoryPage> history(long after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Collection<Peer> localPeers() {
        throw new UnsupportedOperationException();
    }

    private final class FakeBroadcast implements Broadcast {
        private final Message message;
        private final Set<String> to = new HashSet<>();
        private String from = "";

        FakeBroadcast(Message message) {
            this.message = message;
        }

        @Override
        public Broadcast except(Peer peer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Broadcast except(Collection<String> peerIds) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Broadcast toPeers(Collection<String> peerIds) {
            to.addAll(peerIds);
            return this;
        }

        @Override
        public Broadcast toPeers(String... peerIds) {
            return toPeers(List.of(peerIds));
        }

        @Override
        public Broadcast from(Peer peer) {
            from = peer.id();
            return this;
        }

        @Override
        public Broadcast key(String key) {
            return this;
        }

        @Override
        public Broadcast latest(String key) {
            return this;
        }

        @Override
        public Broadcast messageId(String id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Broadcast volatileDelivery() {
            throw new UnsupportedOperationException();
        }

        @Override
        public AcknowledgedBroadcast withAck(Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Receipt send() {
            broadcasts.accept(new Sent(message, to, from));
            return RECEIPT;
        }
    }
}
