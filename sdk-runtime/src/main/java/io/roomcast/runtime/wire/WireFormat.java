package io.roomcast.runtime.wire;

import io.roomcast.Message;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.MessageType;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One subprotocol, seen from the server: reads what clients send, encodes what they are sent. Stateless and safe for
 * concurrent use. Encoded chunks of one format can be joined in any number to one WebSocket message. Each holds one frame; those
 * without a number are {@linkplain Chunk#isNumbered() marked}.
 */
public interface WireFormat {

    /** Returns its name in {@code Sec-WebSocket-Protocol}. */
    String subprotocol();

    /** Returns the kind of WebSocket message it travels in. */
    MessageType messageType();

    /** Returns whether {@link #data} encodes shorter than {@link #message}, so that routes are worth defining. */
    boolean usesRoutes();

    /**
     * Reads one WebSocket message and tells the frames to the receiver one by one. Frames before a malformed one are told.
     *
     * @throws WireException if the bytes are not frames of this format; the text says what was wrong where
     */
    void read(ByteBuffer message, ClientFrames receiver) throws WireException;

    Chunk welcome(WelcomeFrame welcome);

    /** Encodes that a peer is in a room without history. */
    default Chunk joined(RoomKey room, int ref, byte[] snapshot, List<RouteDefinition> routes) {
        return joined(room, ref, snapshot, routes, null);
    }

    /** Encodes that a peer is in a room; {@code at} null for a room without history. */
    Chunk joined(RoomKey room, int ref, byte[] snapshot, List<RouteDefinition> routes, @Nullable JoinedAt at);

    Chunk left(RoomKey room, int ref, String reason);

    /** Encodes a message with its header spelled out; {@code room} null for a message outside any room. */
    default Chunk message(@Nullable RoomKey room, @Nullable String from, Message message) {
        return message(room, from, message, 0);
    }

    /** The same, with its place in the room's history; 0 = it is not in it. */
    Chunk message(@Nullable RoomKey room, @Nullable String from, Message message, long offset);

    /** Encodes the payload of a message on a route. Only where {@link #usesRoutes()}. */
    Chunk data(int route, Message message);

    /** Encodes the definition of a route. Only where {@link #usesRoutes()}. */
    Chunk route(RoomKey room, RouteDefinition definition);

    Chunk gap(RoomKey room, long missed);

    /** Encodes where a peer is in a room's history; {@code epoch} empty when it has not changed. */
    Chunk position(RoomKey room, long offset, String epoch);

    /** Encodes the answer to a client's wish for a page of history. */
    Chunk page(RoomKey room, int ref, PageContent page);

    Chunk goAway(int reconnectAfterMillis, String reason);

    /** Encodes an error; {@code room} empty for none. */
    Chunk error(int code, String text, int ref, boolean terminal, String room);

    Chunk pong(int ref);

    /** Encodes how many numbered frames of the client were had. */
    Chunk ack(long received);

    /** Encodes that a room has this number and these routes from here on. */
    Chunk moved(RoomKey room, List<RouteDefinition> routes);

    /** Encodes a message that wants an answer; {@code room} null for one outside any room. */
    Chunk request(@Nullable RoomKey room, @Nullable String from, int id, int timeoutMillis, Message message);

    /** Encodes the answer to a client's request; its event is not sent. */
    Chunk reply(int id, Message answer);

    /** Encodes that there is no answer to a client's request, and why. */
    Chunk refusal(int id, int code, String reason);

    /** Encodes that an answer is not waited for any more. */
    Chunk cancel(int id);
}
