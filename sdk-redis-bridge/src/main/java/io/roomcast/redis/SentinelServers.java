package io.roomcast.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Asks the Sentinels, one after another, who the master is. Remembers nothing: each connection asks anew. */
final class SentinelServers implements Servers {

    private final List<HostAndPort> sentinels;
    private final String master;
    private final Dialer dialer;

    SentinelServers(List<HostAndPort> sentinels, String master, Dialer dialer) {
        this.sentinels = sentinels;
        this.master = master;
        this.dialer = dialer;
    }

    @Override
    public HostAndPort owner(int partition) {
        boolean answered = false;
        String refused = null;
        JedisException trouble = null;
        for (HostAndPort sentinel : sentinels) {
            try (RedisConnection connection = dialer.dialSentinel(sentinel)) {
                Object reply = connection.ask(new CommandArguments(Protocol.Command.SENTINEL)
                        .add("GET-MASTER-ADDR-BY-NAME")
                        .add(master));
                HostAndPort found = address(reply);
                if (found != null) {
                    return found;
                }
                answered = true;
            } catch (JedisDataException refusal) {
                refused = sentinel + " says: " + refusal.getMessage();
            } catch (JedisException silent) {
                trouble = silent;
            }
        }
        if (answered) {
            throw new ConnectFailure("no Sentinel knows a master named '" + master + "'", true);
        }
        if (refused != null) {
            throw new ConnectFailure("no Sentinel will do: " + refused, true);
        }
        String why = trouble == null ? "none is named" : String.valueOf(trouble.getMessage());
        throw new ConnectFailure("no Sentinel of " + sentinels + " answers: " + why, false);
    }

    @Override
    public void forget() {}

    private static @Nullable HostAndPort address(@Nullable Object reply) {
        if (reply instanceof List<?> parts
                && parts.size() == 2
                && parts.get(0) instanceof byte[] host
                && parts.get(1) instanceof byte[] port) {
            return new HostAndPort(text(host), Integer.parseInt(text(port)));
        }
        return null;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
