package io.roomcast.runtime.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Receives the frames of one client. A room is given by its number or by its name, as the format has it: exactly one of the two
 * is present ({@code number} 0 and {@code name} null both mean none). Names are not checked yet. Buffers are valid during the
 * call.
 */
public interface ClientFrames {

    /** In the place of an offset: the newest page. */
    long NEWEST = -1;

    void hello(HelloFrame hello);

    /** How many numbered frames of the server the client has had; unsigned. */
    void ack(long received);

    /** @param recover what the client has already, null if it does not come back */
    void join(String room, int ref, ByteBuffer payload, @Nullable RecoveryPoint recover);

    void leave(int number, @Nullable String name, int ref);

    void message(int number, @Nullable String name, String event, @Nullable String to, ByteBuffer payload);

    /** A message on a route. */
    void data(int route, ByteBuffer payload);

    void ping(int ref);

    /** A message that wants an answer. {@code id} and {@code timeoutMillis} are unsigned. */
    void request(int number, @Nullable String name, String event, int id, int timeoutMillis, ByteBuffer payload);

    /** The answer to a request of the server's; {@code code} 0 or why there is none, unsigned. */
    void reply(int id, int code, String reason, ByteBuffer payload);

    /** The client does not wait any more for the answer to its request. */
    void cancel(int id);

    /**
     * The client wants a page of a room's history.
     *
     * @param epoch empty = whichever it is
     * @param after at least 0, one that does not fit being the largest there is; or {@link #NEWEST}
     * @param limit unsigned, 0 = not told
     */
    void history(int number, @Nullable String name, int ref, String epoch, long after, int limit);

    /** A frame that this version does not know; it counts against the rate, has a number, and is otherwise ignored. */
    void unknown();
}
