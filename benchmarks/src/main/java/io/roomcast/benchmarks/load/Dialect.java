package io.roomcast.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a server speaks above WebSocket: how its clients connect, enter a room, publish and hear. Stateless. */
public interface Dialect {

    /** Returns the request path by which a client that wants into the room connects. */
    String path(String room);

    /** Returns what to ask for in {@code Sec-WebSocket-Protocol}, null for nothing. */
    @Nullable
    String subprotocol();

    /** Returns whether both sides send text messages; they are binary otherwise. */
    boolean text();

    /** Returns in which form its clients send WebRTC signals. */
    SignalForm signals();

    /** Returns one client's side of a new connection. */
    Conversation converse(String room);

    /** One client's side of a connection. Called by one thread. */
    interface Conversation {

        /** The upgrade is through. */
        void opened(Line line);

        /** Returns whether what others publish in the room will be heard from now on. */
        boolean joined();

        /** Publishes a payload in the room, as one WebSocket message. Printable ASCII, without quotes or backslashes. */
        void publish(byte[] payload, Line line);

        /** Says a payload to one other peer of the room, as one WebSocket message. Any UTF-8 text or, where signals are structured, any bytes. */
        void tell(Conversation addressee, byte[] payload, Line line);

        /** Asks, as one WebSocket message; the answer, which repeats the payload, is heard. A payload as for {@link #publish}. */
        void ask(byte[] payload, Line line);

        /**
         * One message of the server arrived; it lies between position and limit.
         *
         * @throws VoidRunException if the server says that something is wrong, or something that is not understood
         */
        void received(ByteBuffer message, Line line, Heard heard) throws IOException, VoidRunException;

        /** The time of which {@link Line#remindAt} was told has come. */
        default void reminded(Line line) {}
    }

    /** Where a conversation puts what the client sends. */
    interface Line {

        /** Queues one message for the next flush. */
        void send(byte[] message);

        /** Returns the time of the events that are being handled, as of {@link System#nanoTime}. */
        long nanos();

        /** Asks for one call of {@link Conversation#reminded}, not before a time. */
        void remindAt(long nanos);
    }

    /** Where a conversation puts the payloads it hears. */
    interface Heard {

        /**
         * A published payload or an answer arrived.
         *
         * @param bytes it lies at {@code offset}, {@code length} bytes long, and is gone after the call
         * @throws IOException if what is sent in return cannot be
         */
        void payload(ByteBuffer bytes, int offset, int length) throws IOException, VoidRunException;
    }
}
