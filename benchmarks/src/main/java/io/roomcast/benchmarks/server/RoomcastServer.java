package io.roomcast.benchmarks.server;

import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.Roomcast;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A Roomcast node with a room for each {@link RoomKind}. Everything that is on by default is on. */
final class RoomcastServer implements ServerUnderTest {

    private static final RoomHandler REPEAT = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).send();
        }
    };

    /** To whom it is addressed, as for signals between browsers; else to everybody but the sender. */
    private static final RoomHandler RELAY = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            message.to()
                    .ifPresentOrElse(
                            to -> room.broadcast(message).toPeers(to).from(peer).send(),
                            () -> room.broadcast(message).except(peer).send());
        }
    };

    private static final RoomHandler ECHO = new RoomHandler() {
        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return CompletableFuture.completedFuture(request);
        }
    };

    private final RoomOptions options;
    private @Nullable Roomcast node;

    /** @param options of the rooms */
    RoomcastServer(RoomOptions options) {
        this.options = options;
    }

    @Override
    public int start(int ioThreads) {
        Roomcast started = Roomcast.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .ioThreads(ioThreads)
                // One publisher sends all there is: the rate limit stays on, out of its way.
                .limits(Limits.builder().maxMessagesPerSecond(10_000_000).build())
                .room("repeat/{name}", REPEAT, options)
                .room("relay/{name}", RELAY, options)
                .room("echo/{name}", ECHO, options)
                .start();
        node = started;
        return started.addresses().get(0).getPort();
    }

    @Override
    public int connections() {
        return node == null ? 0 : Math.toIntExact(node.stats().connections());
    }

    @Override
    public void close() {
        if (node != null) {
            node.close();
        }
    }
}
