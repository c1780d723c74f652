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
import org.jspecify.annotations.Nullable;

/** A Roomcast node with a room that repeats what it hears. Everything that is on by default is on. */
final class RoomcastServer implements ServerUnderTest {

    private static final RoomHandler REPEAT = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).send();
        }
    };

    private final RoomOptions options;
    private @Nullable Roomcast node;

    /** @param options of the room */
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
                .room("bench/{name}", REPEAT, options)
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
