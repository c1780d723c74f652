package io.roomcast.redis;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;

/**
 * A lane's way to the node that a slot is on its way to, kept while it is of use. That node executes only what says that it was sent there.
 * Belongs to the lane's thread.
 */
final class Detour {

    private final Dialer dialer;
    private @Nullable RedisConnection connection;

    Detour(Dialer dialer) {
        this.dialer = dialer;
    }

    /**
     * Returns a connection to the node, which will execute the next command that it is sent.
     *
     * @throws ConnectFailure if there is none
     * @throws redis.clients.jedis.exceptions.JedisException if the node does not answer, or will not
     */
    RedisConnection open(HostAndPort node) {
        RedisConnection there = connection;
        if (there == null || !there.isConnected() || !there.facts().address().equals(node.toString())) {
            close();
            there = dialer.dial(node, "ask", dialer.commandTimeoutMillis());
            connection = there;
            Script.loadAll(there);
        }
        there.ask(new CommandArguments(Protocol.Command.ASKING));
        return there;
    }

    /** What is opened next is another connection, and has the scripts. */
    void close() {
        RedisConnection open = connection;
        if (open != null) {
            open.cut();
            connection = null;
        }
    }
}
