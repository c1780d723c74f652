package io.roomcast.testkit.virtual;

import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.transport.memory.MemoryClient;
import io.roomcast.testkit.scenario.Misdeed;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client's end of one connection. What comes of it after it is given up is not heard. Belongs to the world's thread. */
abstract class Line implements MemoryClient.Listener {

    private final Lines lines;
    private final int peer;
    private final short number;

    private Line(Lines lines, int peer, short number) {
        this.lines = lines;
        this.peer = peer;
        this.number = number;
    }

    /** Hears what comes over the connections of all peers. */
    interface Lines {

        /** Returns whether a peer still listens to its connection of this number. */
        boolean hears(int peer, short number);

        void heard(Line line, int peer, byte[] payload);

        void ended(int peer, int code, String reason);

        /** What hears has failed: that is no node's fault, and must not be taken for one. */
        void failed(RuntimeException failure);
    }

    /** Opens one. @throws io.roomcast.RoomcastException if the node takes none */
    static Line open(
            VirtualTransport transport,
            boolean framed,
            InetSocketAddress address,
            Handshake handshake,
            Lines lines,
            int peer,
            short number) {
        return framed
                ? new Framed(lines, peer, number, line -> transport.connectFramed(address, handshake, line))
                : new Whole(lines, peer, number, line -> transport.connect(address, handshake, line));
    }

    /** Returns the one of a peer that must have one. */
    static Line of(@Nullable Line line) {
        if (line == null) {
            throw new IllegalStateException("a peer without a connection was to use it");
        }
        return line;
    }

    final boolean isHeard() {
        return lines.hears(peer, number);
    }

    @Override
    public final void onMessage(MessageType type, byte[] payload) {
        try {
            if (isHeard()) {
                lines.heard(this, peer, payload);
            }
        } catch (RuntimeException failure) {
            lines.failed(failure);
        }
    }

    @Override
    public final void onClosed(int code, String reason) {
        try {
            if (isHeard()) {
                lines.ended(peer, code, reason);
            }
        } catch (RuntimeException failure) {
            lines.failed(failure);
        }
    }

    /** Sends a whole message. */
    abstract void send(MessageType type, byte[] payload);

    abstract void close(int code, String reason);

    /** Ends it without a word. */
    abstract void cut();

    /** Ends it so that what was sent last may not arrive. */
    abstract void reset();

    abstract void stall();

    abstract void resume();

    /** Answers no ping any more, and reads on where it can do one without the other. */
    abstract void mute();

    /** Sends a message in frames that are not as usual. */
    abstract void sendAs(Misdeed misdeed, MessageType type, byte[] payload);

    /** One of whole messages. */
    private static final class Whole extends Line {

        private final MemoryClient client;

        Whole(Lines lines, int peer, short number, Function<MemoryClient.Listener, MemoryClient> transport) {
            super(lines, peer, number);
            this.client = transport.apply(this);
        }

        @Override
        void send(MessageType type, byte[] payload) {
            client.send(type, payload);
        }

        @Override
        void close(int code, String reason) {
            client.close(code, reason);
        }

        @Override
        void cut() {
            client.cut();
        }

        @Override
        void reset() {
            client.cut();
        }

        @Override
        void stall() {
            client.stall();
        }

        @Override
        void resume() {
            client.resume();
        }

        @Override
        void mute() {
            client.stall();
        }

        @Override
        void sendAs(Misdeed misdeed, MessageType type, byte[] payload) {
            throw new IllegalStateException(misdeed + " needs frames, and there are none");
        }
    }

    /** One of bytes. */
    private static final class Framed extends Line {

        private final FramedConnection connection;

        Framed(Lines lines, int peer, short number, Function<MemoryClient.Listener, FramedConnection> transport) {
            super(lines, peer, number);
            this.connection = transport.apply(this);
        }

        private void later(Runnable task) {
            connection.loop().execute(task);
        }

        @Override
        void send(MessageType type, byte[] payload) {
            later(() -> connection.send(type, payload));
        }

        @Override
        void close(int code, String reason) {
            later(() -> connection.close(code, reason));
        }

        @Override
        void cut() {
            later(connection::cut);
        }

        @Override
        void reset() {
            later(connection::reset);
        }

        @Override
        void stall() {
            later(() -> connection.stall(true));
        }

        @Override
        void resume() {
            later(() -> connection.stall(false));
        }

        @Override
        void mute() {
            later(connection::mute);
        }

        @Override
        void sendAs(Misdeed misdeed, MessageType type, byte[] payload) {
            later(() -> connection.sendAs(misdeed, type, payload));
        }
    }
}
