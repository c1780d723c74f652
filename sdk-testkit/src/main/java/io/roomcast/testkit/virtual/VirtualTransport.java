package io.roomcast.testkit.virtual;

import io.roomcast.RoomcastException;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.transport.ConnectionAcceptor;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.Transport;
import io.roomcast.runtime.transport.memory.MemoryClient;
import io.roomcast.runtime.transport.memory.MemorySettings;
import io.roomcast.runtime.transport.memory.MemoryTransport;
import io.roomcast.runtime.transport.websocket.ConnectionLimits;
import io.roomcast.testkit.random.Dice;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's transport: connections of whole messages, which are the in-memory transport's, and connections of bytes on the same loops. Belongs to the world's thread.
 */
final class VirtualTransport implements Transport {

    private static final int STAGING_BYTES = 16 * 1024;

    private final MemoryTransport messages;
    private final MemorySettings settings;
    private final ConnectionLimits limits;
    private final Clock clock;
    private final Dice dice;
    private final Consumer<String> violated;
    private final ByteBuffer staging = ByteBuffer.allocate(STAGING_BYTES);
    private final Set<FramedConnection> framed = new LinkedHashSet<>();
    private @Nullable ConnectionAcceptor acceptor;
    private boolean accepting;
    private int nextLoop;

    /**
     * @param dice cuts what clients write into pieces
     * @param violated told when the node breaks RFC 6455
     */
    VirtualTransport(
            int loops, Executor executor, Clock clock, MemorySettings settings, Dice dice, Consumer<String> violated) {
        this.violated = violated;
        this.messages = new MemoryTransport(loops, executor, clock, settings);
        this.settings = settings;
        this.limits = ConnectionLimits.of(settings.limits());
        this.clock = clock;
        this.dice = dice;
    }

    /** Opens a connection of whole messages. @throws RoomcastException if the node takes none */
    MemoryClient connect(InetSocketAddress address, Handshake handshake, MemoryClient.Listener client) {
        return messages.connect(address, handshake, client);
    }

    /** Opens a connection of bytes, the opening handshake done. @throws RoomcastException if the node takes none */
    FramedConnection connectFramed(InetSocketAddress address, Handshake handshake, MemoryClient.Listener client) {
        ConnectionAcceptor current = acceptor;
        if (!accepting || current == null) {
            throw new RoomcastException("the node does not accept connections");
        }
        List<EventLoop> loops = messages.loops();
        EventLoop loop = loops.get(nextLoop++ % loops.size());
        FramedConnection connection = new FramedConnection(
                loop, address, limits, clock, staging, settings.networkBytes(), dice, violated, client, framed::remove);
        framed.add(connection);
        loop.execute(() -> connection.open(current, handshake));
        return connection;
    }

    void fireTimers() {
        messages.fireTimers();
    }

    long nextSoonNanos() {
        return messages.nextSoonNanos();
    }

    @Override
    public List<EventLoop> loops() {
        return messages.loops();
    }

    @Override
    public void start(ConnectionAcceptor takesOver) {
        acceptor = takesOver;
        accepting = true;
        messages.start(takesOver);
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return List.of();
    }

    @Override
    public void stopAccepting() {
        accepting = false;
        messages.stopAccepting();
    }

    @Override
    public CompletionStage<Void> close() {
        accepting = false;
        for (FramedConnection connection : List.copyOf(framed)) {
            connection.loop().execute(() -> connection.server().abort());
        }
        return messages.close();
    }
}
