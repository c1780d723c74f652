package io.roomcast.runtime.transport.undertow;

import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.TransportObserver;
import io.roomcast.runtime.transport.websocket.ByteStream;
import io.roomcast.runtime.transport.websocket.ConnectionLimits;
import io.roomcast.runtime.transport.websocket.WebSocketConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.ssl.SslConnection;

/**
 * An upgraded XNIO connection. It is its own listener for reading, writing and the end, to be one object instead of four: there
 * may be many idle ones. Belongs to its loop.
 */
final class XnioByteStream implements ByteStream, ChannelListener<Channel> {

    private static final Logger LOG = LoggerFactory.getLogger(XnioByteStream.class);

    /** How often one connection may fill the read buffer before the others have their turn. */
    private static final int MAX_READS_A_TURN = 8;

    /** Neighbours in the loop's list. */
    @Nullable
    XnioByteStream previous;

    @Nullable
    XnioByteStream next;

    private final XnioEventLoop loop;
    private final StreamConnection channel;
    private final InetSocketAddress remoteAddress;
    private final ConnectionSlots slots;
    private final WebSocketConnection connection;
    private boolean shutDown;
    private boolean closed;

    XnioByteStream(
            XnioEventLoop loop,
            StreamConnection channel,
            InetSocketAddress remoteAddress,
            ConnectionSlots slots,
            ConnectionLimits limits,
            Clock clock,
            TransportObserver observer) {
        this.loop = loop;
        this.channel = channel;
        this.remoteAddress = remoteAddress;
        this.slots = slots;
        this.connection = new WebSocketConnection(this, loop.staging(), limits, clock, observer);
    }

    WebSocketConnection connection() {
        return connection;
    }

    /** Begins to read and to listen for the end. */
    void begin() {
        if (closed) {
            return;
        }
        channel.getSourceChannel().setReadListener(this);
        channel.getSinkChannel().setWriteListener(this);
        if (!channel.isOpen()) {
            cut("the connection was lost");
        } else if (connection.wantsReads()) {
            readOn();
        }
    }

    /** Ends it from outside. */
    void cut(String reason) {
        connection.broken(reason);
    }

    @Override
    public void handleEvent(Channel event) {
        try {
            if (event instanceof ConduitStreamSourceChannel source) {
                read(source);
            } else if (event instanceof ConduitStreamSinkChannel sink) {
                written(sink);
            } else if (loop.inLoop()) {
                cut("the connection was lost");
            } else {
                loop.execute(() -> cut("the connection was lost"));
            }
        } catch (Throwable t) {
            LOG.error("The connection from {} failed", remoteAddress, t);
            cut("internal error");
        }
    }

    private void read(ConduitStreamSourceChannel source) {
        ByteBuffer buffer = loop.readBuffer();
        for (int i = 0; i < MAX_READS_A_TURN; i++) {
            if (!connection.wantsReads()) {
                return;
            }
            buffer.clear();
            int count;
            try {
                count = source.read(buffer);
            } catch (IOException e) {
                connection.broken(e.toString());
                return;
            }
            if (count < 0) {
                connection.endOfInput();
                return;
            }
            if (count == 0) {
                return;
            }
            boolean mayHaveMore = count == buffer.capacity() || channel instanceof SslConnection;
            connection.received(buffer.flip());
            if (!mayHaveMore) {
                return;
            }
        }
        if (connection.wantsReads()) {
            source.wakeupReads();
        }
    }

    private void written(ConduitStreamSinkChannel sink) throws IOException {
        if (!shutDown) {
            connection.writable();
        } else if (sink.flush()) {
            sink.suspendWrites();
        }
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        ConduitStreamSinkChannel sink = channel.getSinkChannel();
        while (bytes.hasRemaining()) {
            int before = bytes.position();
            sink.write(bytes);
            if (bytes.position() == before) {
                return;
            }
        }
    }

    @Override
    public boolean flush() throws IOException {
        return channel.getSinkChannel().flush();
    }

    @Override
    public void resumeWrites() {
        channel.getSinkChannel().resumeWrites();
    }

    @Override
    public void suspendWrites() {
        channel.getSinkChannel().suspendWrites();
    }

    @Override
    public void resumeReads() {
        readOn();
    }

    private void readOn() {
        if (channel instanceof SslConnection) {
            // TLS may hold bytes that were decrypted already, of which no selector knows.
            channel.getSourceChannel().wakeupReads();
        } else {
            channel.getSourceChannel().resumeReads();
        }
    }

    @Override
    public void suspendReads() {
        channel.getSourceChannel().suspendReads();
    }

    @Override
    public void shutdownWrites() throws IOException {
        shutDown = true;
        ConduitStreamSinkChannel sink = channel.getSinkChannel();
        sink.shutdownWrites();
        if (!sink.flush()) {
            sink.resumeWrites();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.remove(this);
        slots.release(remoteAddress.getAddress());
        IoUtils.safeClose(channel);
    }
}
