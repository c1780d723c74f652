package io.roomcast.runtime.transport.memory;

import io.roomcast.runtime.transport.MessageType;

/** The client's end of an in-memory connection. Safe to use from any thread. */
public final class MemoryClient {

    private final MemoryConnection connection;

    MemoryClient(MemoryConnection connection) {
        this.connection = connection;
    }

    /** What the client is told, on the connection's loop. */
    public interface Listener {

        /** A message of the server arrived. */
        void onMessage(MessageType type, byte[] payload);

        /** The connection has ended; exactly once. The code is 1006 if there was no close frame. */
        void onClosed(int code, String reason);
    }

    /** Sends a message; the array is not changed any more. */
    public void send(MessageType type, byte[] payload) {
        connection.loop().execute(() -> connection.received(type, payload));
    }

    /** Begins the closing handshake. */
    public void close(int code, String reason) {
        connection.loop().execute(() -> connection.closedByClient(code, reason));
    }

    /** Ends the connection without a word, as a lost network does once it is noticed. */
    public void cut() {
        connection.loop().execute(connection::abort);
    }

    /** Stops reading what the server sends, pings included. */
    public void stall() {
        connection.loop().execute(() -> connection.stall(true));
    }

    /** Reads again. */
    public void resume() {
        connection.loop().execute(() -> connection.stall(false));
    }
}
