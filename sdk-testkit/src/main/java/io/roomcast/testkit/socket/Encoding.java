package io.roomcast.testkit.socket;

import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.testkit.scenario.Subprotocol;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** How one client writes and reads frames. Belongs to its peer's thread. */
interface Encoding {

    static Encoding of(Subprotocol subprotocol) {
        return switch (subprotocol) {
            case PROTOBUF -> Batches.SHARED;
            case JSON -> new Lines();
        };
    }

    /** Takes what a WebSocket message holds. */
    interface Sink {

        /** A frame. @param bytes how long it was */
        void frame(Frame frame, int bytes) throws MalformedException;

        /** A message on a route, whose payload lies between position and limit. */
        void routed(int route, ByteBuffer payload) throws MalformedException;
    }

    /** The server sent something that is not what the protocol says. */
    final class MalformedException extends Exception {

        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    Subprotocol subprotocol();

    /** Writes a frame, as a whole WebSocket message. */
    byte[] of(Frame.Builder frame);

    /** Writes a message on a route that the server has defined. */
    byte[] of(int route, ByteBuffer payload);

    /** Reads a WebSocket message; the buffer's position and limit move. */
    void read(ByteBuffer message, Sink sink) throws MalformedException;

    /** The client is in a room no more. @param number by which it knew it */
    void left(int number);

    /** Joins two WebSocket messages to one. */
    static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
