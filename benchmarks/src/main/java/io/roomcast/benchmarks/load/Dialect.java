package io.roomcast.benchmarks.load;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a server speaks above WebSocket: how its clients connect, enter a room, publish and hear. Stateless. */
public interface Dialect {

    /** Returns the request path by which a client that wants into the room connects. */
    String path(String room);

    /** Returns what to ask for in {@code Sec-WebSocket-Protocol}, null for nothing. */
    @Nullable
    String subprotocol();

    /** Returns one client's side of a new connection. */
    Conversation converse(String room);

    /** One client's side of a connection. Called by one thread. */
    interface Conversation {

        /** The upgrade is through. */
        void opened(Line line);

        /** Returns whether what others publish in the room will be heard from now on. */
        boolean joined();

        /** Publishes a payload in the room, as one WebSocket message. */
        void publish(byte[] payload, Line line);

        /**
         * One message of the server arrived; it lies between position and limit.
         *
         * @throws VoidRunException if the server says that something is wrong, or something that is not understood
         */
        void received(ByteBuffer message, Line line, Heard heard) throws VoidRunException;
    }

    /** Where a conversation puts what the client sends. */
    interface Line {

        /** Queues one binary message for the next flush. */
        void send(byte[] message);
    }

    /** Where a conversation puts the payloads it hears. */
    interface Heard {

        /**
         * A published payload arrived.
         *
         * @param bytes it lies at {@code offset}, {@code length} bytes long, and is gone after the call
         */
        void payload(ByteBuffer bytes, int offset, int length) throws VoidRunException;
    }
}
