package io.roomcast.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The one thread that listens for a lane, over a connection of its own. It reads and hands over. When the connection ends, for whatever
 * reason, it opens another one, subscribes to the node's own channels, and has the writer say all rooms again.
 *
 * <p>Reads the replies by itself rather than with Jedis's {@code JedisPubSub}, whose loop ends when the last channel goes, returns normally
 * when a slot moves away, and cannot tell who asked for an unsubscription.
 */
final class LaneListener implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(LaneListener.class);

    private final Lane lane;
    private final Station station;
    private final Backoff backoff;
    /** Guards the writing side of the connection, which the writer and this thread use. */
    private final Object writing = new Object();

    private volatile @Nullable RedisConnection connection;
    private volatile long writingSince;
    private volatile boolean closed;
    private volatile boolean hurry;
    private volatile @Nullable Thread thread;
    /** Guarded by {@link #writing}. */
    private long generation;

    private boolean everConnected;

    LaneListener(Lane lane, Station station) {
        this.lane = lane;
        this.station = station;
        this.backoff = new Backoff(station.world());
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!closed) {
            String why;
            try {
                listen();
                why = "closed";
            } catch (JedisException | ConnectFailure failure) {
                why = String.valueOf(failure.getMessage());
            } catch (RuntimeException bug) {
                log.error("lane {}: the listener threw; it begins anew", lane.number(), bug);
                why = bug.toString();
            }
            cut();
            connection = null;
            lane.deaf();
            if (!closed) {
                station.servers().forget();
                lane.changed(why);
                long wait = backoff.failed();
                // At once is for the first time; whoever is sent away again and again waits like the others.
                if (!hurry || wait > Backoff.FIRST) {
                    LockSupport.parkNanos(this, wait);
                }
                hurry = false;
            }
        }
    }

    void close() {
        closed = true;
        cut();
        LockSupport.unpark(thread);
    }

    /** Makes it listen over a new connection. From any thread. */
    void reconnect(boolean atOnce) {
        hurry = atOnce;
        cut();
    }

    /** For the ticker, as {@link LaneWriter#watch}. */
    void watch(long now, long patienceNanos) {
        long since = writingSince;
        if (since != 0 && now - since > patienceNanos) {
            station.counters().stalls.increment();
            cut();
        }
    }

    /** Writes a subscription to the connection of a generation, if that still listens. Called by the writer. */
    void write(long toGeneration, boolean subscribe, List<byte[]> channels) {
        synchronized (writing) {
            RedisConnection open = connection;
            if (open == null || generation != toGeneration) {
                return;
            }
            try {
                write(open, command(open.facts().sharded(), subscribe), channels);
            } catch (JedisException broken) {
                // The thread that reads finds out by itself.
                open.cut();
            }
        }
    }

    /** What this node sent to itself has come back: the connection is good. */
    void proven() {
        backoff.succeeded();
    }

    private void write(RedisConnection open, Protocol.Command command, List<byte[]> channels) {
        CommandArguments arguments = new CommandArguments(command);
        channels.forEach(arguments::add);
        writingSince = station.world().nanos() | 1;
        try {
            open.write(arguments);
            open.push();
        } finally {
            writingSince = 0;
        }
    }

    private static Protocol.Command command(boolean sharded, boolean subscribe) {
        if (sharded) {
            return subscribe ? Protocol.Command.SSUBSCRIBE : Protocol.Command.SUNSUBSCRIBE;
        }
        return subscribe ? Protocol.Command.SUBSCRIBE : Protocol.Command.UNSUBSCRIBE;
    }

    private void cut() {
        RedisConnection open = connection;
        if (open != null) {
            open.cut();
        }
    }

    private void listen() {
        long silence = station.settings().heartbeatInterval().toMillis() * 7 / 2;
        RedisConnection open =
                station.dialer().dial(station.servers().owner(lane.partition()), "l" + lane.number(), (int) silence);
        List<byte[]> own = lane.ownChannels();
        long thisGeneration;
        synchronized (writing) {
            connection = open;
            thisGeneration = ++generation;
            if (closed) {
                open.cut();
                return;
            }
            write(open, command(open.facts().sharded(), true), own);
        }
        Set<String> missing = new HashSet<>();
        own.forEach(channel -> missing.add(Arrays.toString(channel)));
        while (!missing.isEmpty()) {
            byte[] subscribed = handle(open.read());
            if (subscribed != null) {
                missing.remove(Arrays.toString(subscribed));
            }
        }
        if (everConnected) {
            station.counters().reconnects.increment();
        }
        everConnected = true;
        lane.listening(thisGeneration);
        while (!closed) {
            handle(open.read());
        }
    }

    /** Returns the channel that is subscribed now, if that is what the server says. */
    private byte @Nullable [] handle(@Nullable Object reply) {
        if (!(reply instanceof List<?> parts)
                || parts.size() < 3
                || !(parts.get(0) instanceof byte[] kind)
                || !(parts.get(1) instanceof byte[] channel)) {
            throw new Unheard("a listening connection was told " + reply);
        }
        // message, smessage, subscribe, ssubscribe, unsubscribe, sunsubscribe
        String word = new String(kind, StandardCharsets.US_ASCII);
        switch (word) {
            case "message", "smessage" -> {
                if (parts.get(2) instanceof byte[] payload) {
                    lane.arrived(channel, payload);
                }
            }
            case "subscribe", "ssubscribe" -> {
                lane.subscribed(channel);
                return channel;
            }
            case "unsubscribe", "sunsubscribe" -> {
                if (!lane.unsubscribed(channel)) {
                    throw new Unheard("the slot of this lane has moved");
                }
            }
            default -> throw new Unheard("a listening connection was told of a " + word);
        }
        return null;
    }

    /** This connection is not to be listened to any more. */
    private static final class Unheard extends JedisException {
        private static final long serialVersionUID = 1L;

        Unheard(String message) {
            super(message);
        }
    }
}
