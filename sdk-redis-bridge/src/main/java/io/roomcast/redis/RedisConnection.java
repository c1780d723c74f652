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

    /** Set before anybody but the thread that opened it knows it. */
    private Facts facts = new Facts("", false, "", false);

    private volatile boolean cut;

    RedisConnection(JedisSocketFactory sockets, JedisClientConfig config) {
        super(sockets, config);
    }

    /**
     * What a server said of itself.
     *
     * @param sharded whether channels belong to slots here
     * @param lineage names the life of its data: another one after it was restarted or took a master's place
     * @param promoted whether it was a replica once
     */
    record Facts(String address, boolean sharded, String lineage, boolean promoted) {}

    void met(Facts said) {
        facts = said;
    }

    Facts facts() {
        return facts;
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
