package io.roomcast.redis;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;

/**
 * One connection. One thread writes and one reads, perhaps the same; any thread may {@link #cut} it, which makes both fail.
 */
final class RedisConnection extends Connection {

    /** What the server said of itself. */
    private String address = "";

    private boolean clustered;
    private int major;
    private volatile boolean cut;

    RedisConnection(JedisSocketFactory sockets, JedisClientConfig config) {
        super(sockets, config);
    }

    void met(String serverAddress, boolean isClustered, int majorVersion) {
        address = serverAddress;
        clustered = isClustered;
        major = majorVersion;
    }

    String address() {
        return address;
    }

    /** Whether channels belong to slots here. */
    boolean sharded() {
        return clustered && major >= 7;
    }

    /** Writes a command into the buffer, and the buffer to the server when it is full. */
    void write(CommandArguments command) {
        sendCommand(command);
    }

    void push() {
        flush();
    }

    /**
     * Waits for the next reply.
     *
     * @throws redis.clients.jedis.exceptions.JedisDataException for a reply that is an error: the connection is still good
     * @throws redis.clients.jedis.exceptions.JedisConnectionException if it is not
     */
    @Nullable
    Object read() {
        return getUnflushedObject();
    }

    /** Asks and waits. */
    @Nullable
    Object ask(CommandArguments command) {
        write(command);
        push();
        return read();
    }

    boolean isCut() {
        return cut;
    }

    /** Ends it from whichever thread. {@code close} and {@code disconnect} flush first, which may block. */
    void cut() {
        cut = true;
        try {
            forceDisconnect();
        } catch (IOException | RuntimeException alreadyGone) {
            setBroken();
        }
    }
}
