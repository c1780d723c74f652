package io.roomcast.redis;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Listens for a lane, over a connection of its own, with one thread. When the connection ends, for whatever reason, it opens another
 * one, subscribes to the node's own channels, and has the writer say all rooms again.
 *
 * <p>What comes is handed over; but a message that comes alone, while the node waits for one, is given to the node by the thread that read
 * it, so that no other has to be woken. If the node keeps that thread for {@link #RELIEF}, another one takes its place and reads on:
 * a node that blocks in a callback delays its own messages and neither heartbeats nor the bridge's idea of who lives. What comes until the
 * callback returns waits in the queue, so that there is at most one thread too many.
 *
 * <p>Reads the replies by itself rather than with Jedis's {@code JedisPubSub}, whose loop ends when the last channel goes, returns normally
 * when a slot moves away, and cannot tell who asked for an unsubscription.
 */
final class LaneListener {

    private static final Logger log = LoggerFactory.getLogger(LaneListener.class);

    /** How long the node may keep the thread that reads. */
    static final long RELIEF = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long READING = 0;
    private static final long RELIEVED = -1;
    private static final long NOT_LISTENING = -1;

    private final Lane lane;
    private final Station station;
    private final Backoff backoff;
    /** Guards the writing side of the connection, which the writer and this thread use. */
    private final Object writing = new Object();

    private volatile @Nullable RedisConnection connection;
    private volatile long writingSince;
    private volatile boolean closed;
    private volatile boolean hurry;
    /** The one that reads. Replaced by the ticker. */
    private volatile Thread thread;
    /** Guarded by {@link #writing}. */
    private long generation;

    /**
     * The number of the message that the thread gives to the node; {@link #READING} while it reads. Whoever changes it from the number, the
     * thread or the ticker, decides whether the thread goes on.
     */
    private final AtomicLong giving = new AtomicLong(READING);

    /** How often Redis has said something; {@link #NOT_LISTENING} while the connection has a timeout of its own. */
    private final AtomicLong said = new AtomicLong(NOT_LISTENING);

    /** Of the ticker. */
    private final Patience silence = new Patience();

    private final Patience slowness = new Patience();
    private int reliefs;

    /** Below: of the thread that reads. */
    private long given;

    private boolean everConnected;

    LaneListener(Lane lane, Station station) {
        this.lane = lane;
        this.station = station;
        this.backoff = new Backoff(station.world());
        this.thread = station.world().thread("roomcast-redis-listen-" + lane.number(), () -> run(null));
    }

    void start() {
        thread.start();
    }

    /** Returns the thread that reads now. */
    Thread thread() {
        return thread;
    }

    private void run(@Nullable RedisConnection inherited) {
        RedisConnection open = inherited;
        while (!closed) {
            String why;
            try {
                if (open == null) {
                    open = listen();
                }
                if (!follow(open)) {
                    return;
                }
                why = "closed";
            } catch (JedisException | ConnectFailure failure) {
                why = String.valueOf(failure.getMessage());
            } catch (RuntimeException bug) {
                log.error("lane {}: the listener threw; it begins anew", lane.number(), bug);
                why = bug.toString();
            }
            open = null;
            said.set(NOT_LISTENING);
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
        long heard = said.get();
        boolean listening = heard != NOT_LISTENING && giving.get() == READING;
        if (silence.isOver(listening ? heard : null, now, TimeUnit.MILLISECONDS.toNanos(mostSilenceMillis()))) {
            log.warn("lane {}: Redis says nothing; listening anew", lane.number());
            cut();
        }
        long number = giving.get();
        if (slowness.isOver(number == READING ? null : number, now, RELIEF) && giving.compareAndSet(number, RELIEVED)) {
            relieve();
        }
    }

    /** The thread that read is with the node, and will end when it comes back. */
    private void relieve() {
        RedisConnection open = connection;
        Thread next = station.world().thread("roomcast-redis-listen-" + lane.number() + "-" + ++reliefs, () -> {
            giving.set(READING);
            run(open);
        });
        thread = next;
        next.start();
        log.warn("lane {}: the node keeps the thread that brought it a message; another one reads on", lane.number());
    }

    /** The bridge sends itself something once an interval. */
    private long mostSilenceMillis() {
        return station.settings().heartbeatInterval().toMillis() * 7 / 2;
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

    private RedisConnection listen() {
        RedisConnection open = station.dialer()
                .dial(station.servers().owner(lane.partition()), "l" + lane.number(), (int) mostSilenceMillis());
        List<byte[]> own = lane.ownChannels();
        long thisGeneration;
        synchronized (writing) {
            connection = open;
            thisGeneration = ++generation;
            if (closed) {
                open.cut();
                return open;
            }
            write(open, command(open.facts().sharded(), true), own);
        }
        Set<String> missing = new HashSet<>();
        own.forEach(channel -> missing.add(Arrays.toString(channel)));
        while (!missing.isEmpty()) {
            Said now = Said.of(open.read());
            if (now.isMessage()) {
                arrived(now.channel(), now.payload());
            } else {
                told(now);
                missing.remove(Arrays.toString(now.channel()));
            }
        }
        if (everConnected) {
            station.counters().reconnects.increment();
        }
        everConnected = true;
        lane.listening(thisGeneration);
        open.waitForEver();
        said.set(0);
        return open;
    }

    /** Returns false when another thread has taken over. */
    private boolean follow(RedisConnection open) {
        while (!closed) {
            Said now = Said.of(open.read());
            said.setRelease(said.getPlain() + 1);
            if (!now.isMessage()) {
                told(now);
            } else if (!lane.deliveries().isIdle() || open.hasMore()) {
                arrived(now.channel(), now.payload());
            } else if (!lane.isForTheBridge(now.channel(), now.payload()) && !give(now.channel(), now.payload())) {
                return false;
            }
        }
        return true;
    }

    private void arrived(byte[] channel, byte[] payload) {
        if (!lane.isForTheBridge(channel, payload)) {
            lane.arrived(channel, payload);
        }
    }

    /** Returns whether this thread still is the one that reads. */
    private boolean give(byte[] channel, byte[] payload) {
        if (!lane.deliveries().begin()) {
            lane.arrived(channel, payload);
            return true;
        }
        long number = ++given;
        giving.set(number);
        lane.deliveries().atOnce(channel, payload);
        return giving.compareAndSet(number, READING);
    }

    private void told(Said now) {
        switch (now.word()) {
            case "subscribe", "ssubscribe" -> lane.subscribed(now.channel());
            case "unsubscribe", "sunsubscribe" -> {
                if (!lane.unsubscribed(now.channel())) {
                    throw new Unheard("the slot of this lane has moved");
                }
            }
            default -> throw new Unheard("a listening connection was told of a " + now.word());
        }
    }
}
