package io.roomcast.testkit.socket;

import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.testkit.scenario.Subprotocol;
import java.nio.ByteBuffer;

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

        /** An acknowledgement, which may come as a frame too. */
        void acknowledged(long received);

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

    /** Adds a frame to a message. */
    void write(Frame.Builder frame, Draft to);

    /** Adds a message on a route that the server has defined. */
    void write(int route, ByteBuffer payload, Draft to);

    /** Adds an acknowledgement. */
    default void acknowledge(long received, Draft to) {
        write(Frame.newBuilder().setAck(Ack.newBuilder().setReceived(received)), to);
    }

    /** Reads a WebSocket message; the buffer's position and limit move. */
    void read(ByteBuffer message, Sink sink) throws MalformedException;

    /** The client is in a room no more. @param number by which it knew it */
    void left(int number);
}
