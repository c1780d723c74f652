package io.roomcast.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;

/** Asks the Sentinels now and then whether there is another master: a planned failover may break no connection. */
final class MasterWatch implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(MasterWatch.class);

    private final Servers servers;
    private final long pauseNanos;
    private final Runnable moved;
    private final Thread thread;
    private volatile boolean closed;

    MasterWatch(Servers servers, World world, long pauseMillis, Runnable moved) {
        this.servers = servers;
        this.pauseNanos = TimeUnit.MILLISECONDS.toNanos(pauseMillis);
        this.moved = moved;
        this.thread = world.thread("roomcast-redis-sentinel", this);
    }

    void start() {
        thread.start();
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        HostAndPort known = null;
        while (!closed) {
            HostAndPort master = ask();
            if (master != null) {
                if (known != null && !known.equals(master)) {
                    log.info("the master is {} now, and was {}", master, known);
                    moved.run();
                }
                known = master;
            }
            LockSupport.parkNanos(this, pauseNanos);
        }
    }

    private @Nullable HostAndPort ask() {
        try {
            return servers.owner(0);
        } catch (ConnectFailure noneAnswers) {
            log.debug("no Sentinel answers", noneAnswers);
            return null;
        }
    }
}
