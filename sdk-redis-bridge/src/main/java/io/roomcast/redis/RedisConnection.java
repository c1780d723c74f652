package io.roomcast.redis;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * One connection. One thread at a time writes and one reads, perhaps the same; any thread may {@link #cut} it, which makes both fail.
 */
final class RedisConnection extends Connection {

    static final Facts NOBODY = new Facts("", false, "", Lacks.NOTHING);

    private static final byte[] LINE_END = {'\r', '\n'};

    /** Set before anybody but the thread that opened it knows it. */
    private Facts facts = NOBODY;

    private final Sockets sockets;
    /** Of the thread that reads. */
    private @Nullable RedisInputStream input;

    RedisConnection(Sockets sockets, JedisClientConfig config) {
        super(sockets, config);
        this.sockets = sockets;
    }

    /**
     * What a server said of itself.
     *
     * @param sharded whether channels belong to slots here
     * @param lineage names the life of its data: another one after it was restarted or took a master's place. In a Cluster its first
     *     {@value #NODE_CHARS} characters name the node
     * @param lacks what it may have lacked when it began that life
     */
    record Facts(String address, boolean sharded, String lineage, Lacks lacks) {
        static final int NODE_CHARS = 16;
    }

    /** What may be missing in a server of what had been acknowledged last before. */
    enum Lacks {
        /** It keeps an append-only file. */
        NOTHING("0"),
        /** It was a replica, or comes from a snapshot: anything. */
        ANYTHING("1"),
        /** It is a node of a Cluster and comes from a snapshot. What comes from another node with its slot is whole. */
        ITS_OWN("2");

        /** For scripts. */
        final String code;

        Lacks(String code) {
            this.code = code;
        }
    }

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
     * Gives a whole pipeline to the socket at once.
     *
     * @throws JedisConnectionException if the connection is broken
     */
    void send(List<CommandArguments> pipeline) {
        try {
            commands(pipeline).writeTo(sockets.output());
        } catch (IOException broken) {
            throw new JedisConnectionException(broken);
        }
    }

    /** In the protocol of Redis a command is an array of byte strings. */
    private static ByteSink commands(List<CommandArguments> pipeline) {
        ByteSink sink = new ByteSink(256 * pipeline.size());
        for (CommandArguments command : pipeline) {
            sink.add('*').digits(command.size()).add(LINE_END);
            for (Rawable argument : command) {
                byte[] raw = argument.getRaw();
                sink.add('$').digits(raw.length).add(LINE_END).add(raw).add(LINE_END);
            }
        }
        return sink;
    }

    /** From now on a read waits for ever. Whoever reads is freed by {@link #cut}. */
    void waitForEver() {
        setSoTimeout(0);
    }

    @Override
    protected @Nullable Object protocolRead(RedisInputStream in, PushConsumerChain pushes) {
        input = in;
        return super.protocolRead(in, pushes);
    }

    /** Returns whether more has come than was read. For the thread that reads. */
    boolean hasMore() {
        RedisInputStream in = input;
        try {
            return in != null && in.available() > 0;
        } catch (IOException broken) {
            // The next read says so.
            return false;
        }
    }

    /** Waits for the next reply; one that is an error is returned as well, as its exception. */
    @Nullable
    Object readReply() {
        try {
            return read();
        } catch (JedisDataException error) {
            return error;
        }
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

    /** Ends it from whichever thread. {@code close} and {@code disconnect} flush first, which may block. */
    void cut() {
        sockets.close();
        try {
            forceDisconnect();
        } catch (IOException | RuntimeException alreadyGone) {
            setBroken();
        }
    }
}
