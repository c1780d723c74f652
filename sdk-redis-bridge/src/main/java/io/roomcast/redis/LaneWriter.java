package io.roomcast.redis;

import io.roomcast.RoomcastException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The one thread that writes to Redis for a lane, over a connection of its own: it takes whatever waits, as one pipeline, and waits for
 * its replies; meanwhile more comes together. It also writes the lane's subscriptions, batch by batch between pipelines, to the
 * connection of the {@link LaneListener}.
 *
 * <p>Nothing that was given to it hangs. Without a connection everything fails at once; a connection that takes or says nothing for the
 * command timeout is cut, by the ticker if a write blocks, and what was under way fails as not known to have arrived.
 */
final class LaneWriter implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(LaneWriter.class);
    private static final long IDLE = TimeUnit.MILLISECONDS.toNanos(50);

    private final Lane lane;
    private final Station station;
    private final LaneQueue queue;
    private final Packer packer;
    private final Backoff backoff;
    /** Written by the writer; cut by others. */
    private volatile @Nullable RedisConnection connection;
    /** When the pipeline under way began; 0 without one. Written by the writer, read by the ticker. */
    private volatile long busySince;

    private volatile boolean closed;
    private volatile boolean up;
    /** Below: of the writer alone. */
    private long retryAt;

    private boolean everConnected;

    LaneWriter(Lane lane, Station station, LaneQueue queue) {
        this.lane = lane;
        this.station = station;
        this.queue = queue;
        this.backoff = new Backoff(station.world());
        this.packer = new Packer(station.names(), station.parcels(), station.self(), station::newEpoch);
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                try {
                    turn();
                } catch (RuntimeException bug) {
                    log.error("lane {}: the writer threw; it begins anew", lane.number(), bug);
                    down(bug.toString(), true);
                }
            }
        } finally {
            queue.refuse("the bridge is closed");
            cut();
            queue.drain(new RoomcastException("the bridge is closed"));
        }
    }

    boolean isUp() {
        return up;
    }

    void close() {
        closed = true;
        queue.refuse("the bridge is closed");
        cut();
        queue.wake();
    }

    /** Makes the writer look for a server again. From any thread. */
    void reconnect() {
        cut();
        queue.wake();
    }

    /** For the ticker: a write to a server that stands still has no timeout of its own. */
    void watch(long now, long patienceNanos) {
        long since = busySince;
        if (since != 0 && now - since > patienceNanos && connection != null) {
            station.counters().stalls.increment();
            cut();
        }
    }

    private void cut() {
        RedisConnection open = connection;
        if (open != null) {
            open.cut();
        }
    }

    private void turn() {
        lane.writeSubscriptions();
        RedisConnection open = connection;
        if (open == null) {
            open = connect();
            if (open == null) {
                return;
            }
        }
        List<Outgoing> batch = queue.draw();
        if (batch.isEmpty()) {
            if (open.isCut()) {
                down("the connection was cut", true);
            } else if (!lane.hasSubscriptionsToWrite()) {
                queue.await(IDLE);
            }
            return;
        }
        try {
            send(open, packer.pack(batch));
        } catch (JedisException | ConnectFailure broken) {
            down(String.valueOf(broken.getMessage()), true);
        }
    }

    private @Nullable RedisConnection connect() {
        long now = station.world().nanos();
        if (retryAt - now > 0) {
            queue.drain(new RoomcastException("the bridge has no connection to Redis"));
            queue.await(Math.min(retryAt - now, IDLE));
            return null;
        }
        try {
            HostAndPort server = station.servers().owner(lane.partition());
            RedisConnection open = station.dialer()
                    .dial(server, "w" + lane.number(), station.dialer().commandTimeoutMillis());
            connection = open;
            if (closed) {
                open.cut();
                return null;
            }
            Script.loadAll(open);
            if (everConnected) {
                station.counters().reconnects.increment();
            }
            everConnected = true;
            up = true;
            queue.open();
            lane.changed(null);
            return open;
        } catch (JedisException | ConnectFailure failure) {
            down(String.valueOf(failure.getMessage()), true);
            return null;
        }
    }

    /**
     * There is no connection.
     *
     * @param failing whether what waits fails, and what is offered meanwhile
     */
    private void down(String why, boolean failing) {
        cut();
        connection = null;
        up = false;
        station.servers().forget();
        if (failing) {
            queue.refuse("the bridge has no connection to Redis");
        }
        retryAt = station.world().nanos() + backoff.failed();
        lane.changed(why);
    }

    /** Sends a pipeline and takes its replies. Whatever happens, each item ends or is sent again. */
    private void send(RedisConnection open, List<Pipelined> pipeline) {
        List<Runnable> told = new ArrayList<>();
        List<Outgoing> again = new ArrayList<>();
        List<Outgoing> ended = new ArrayList<>();
        Trouble trouble = new Trouble();
        int replied = 0;
        busySince = station.world().nanos() | 1;
        try {
            for (Pipelined command : pipeline) {
                open.write(command.arguments(open.facts()));
            }
            open.push();
            for (Pipelined command : pipeline) {
                take(open, command, trouble, again, ended, told);
                replied++;
            }
            backoff.succeeded();
        } finally {
            busySince = 0;
            RoomcastException unknown = new RoomcastException(
                    "the connection to Redis broke before it answered: it is not known whether this arrived");
            for (Pipelined command : pipeline.subList(replied, pipeline.size())) {
                failed(command, unknown, ended, told);
            }
            // After a reconnect, if one is needed; what is sent again comes before what waits.
            queue.again(again);
            station.tell(told, () -> ended.forEach(queue::ended));
        }
        remedy(open, trouble);
    }

    /** What replies said is wrong with the connection. */
    private static final class Trouble {
        private boolean scriptsGone;
        private @Nullable String elsewhere;
    }

    private void take(
            RedisConnection open,
            Pipelined command,
            Trouble trouble,
            List<Outgoing> again,
            List<Outgoing> ended,
            List<Runnable> told) {
        try {
            done(command, open.read(), ended, told);
        } catch (JedisAskDataException moving) {
            follow(moving.getTargetNode(), command, trouble, again, ended, told);
        } catch (JedisDataException error) {
            refused(command, String.valueOf(error.getMessage()), trouble, again, ended, told);
        }
    }

    private void done(Pipelined command, @Nullable Object reply, List<Outgoing> ended, List<Runnable> told) {
        try {
            command.replied(reply, station.counters(), told::add);
            ended.addAll(command.items);
        } catch (ClassCastException | IndexOutOfBoundsException | IllegalArgumentException strange) {
            failed(command, new RoomcastException("Redis gave an answer that makes no sense", strange), ended, told);
        }
    }

    /** A slot is on its way to another node, and what this command needs is there already. */
    private void follow(
            HostAndPort target,
            Pipelined command,
            Trouble trouble,
            List<Outgoing> again,
            List<Outgoing> ended,
            List<Runnable> told) {
        try (RedisConnection there =
                station.dialer().dial(target, "ask", station.dialer().commandTimeoutMillis())) {
            Script.loadAll(there);
            there.ask(new CommandArguments(Protocol.Command.ASKING));
            done(command, there.ask(command.arguments(there.facts())), ended, told);
        } catch (JedisDataException error) {
            refused(command, String.valueOf(error.getMessage()), trouble, again, ended, told);
        } catch (JedisException | ConnectFailure unreachable) {
            failed(
                    command,
                    new RoomcastException(
                            "the new node of a slot, " + target + ", does not answer: it is not known"
                                    + " whether this arrived",
                            unreachable),
                    ended,
                    told);
        }
    }

    private void refused(
            Pipelined command,
            String error,
            Trouble trouble,
            List<Outgoing> again,
            List<Outgoing> ended,
            List<Runnable> told) {
        boolean scriptGone = error.startsWith("NOSCRIPT");
        boolean elsewhere = isElsewhere(error);
        trouble.scriptsGone |= scriptGone;
        if (elsewhere) {
            trouble.elsewhere = error;
        }
        if (!scriptGone && !elsewhere) {
            failed(command, new RoomcastException("Redis refused it: " + error), ended, told);
            return;
        }
        for (Outgoing item : command.items) {
            if (++item.attempts < Outgoing.MOST_ATTEMPTS) {
                again.add(item);
            } else {
                station.counters().publishFailed.increment();
                ended.add(item);
                told.add(() -> item.fail(new RoomcastException("Redis did not execute it: " + error)));
            }
        }
    }

    /** Returns whether Redis says that it did not execute a command and that another server, or a later time, would. */
    private static boolean isElsewhere(String error) {
        return error.startsWith("MOVED")
                || error.startsWith("CLUSTERDOWN")
                || error.startsWith("TRYAGAIN")
                || error.startsWith("READONLY")
                || error.startsWith("LOADING")
                || error.startsWith("MASTERDOWN");
    }

    private void failed(Pipelined command, RoomcastException why, List<Outgoing> ended, List<Runnable> told) {
        for (Outgoing item : command.items) {
            station.counters().publishFailed.increment();
            ended.add(item);
            told.add(() -> item.fail(why));
        }
    }

    private void remedy(RedisConnection open, Trouble trouble) {
        if (trouble.elsewhere != null) {
            log.info(
                    "lane {}: {} says {}; looking for the right server",
                    lane.number(),
                    open.facts().address(),
                    trouble.elsewhere);
            // The server is there and executed nothing: what waits can wait for the right one.
            down(trouble.elsewhere, false);
            queue.await(Math.max(0, retryAt - station.world().nanos()));
            retryAt = station.world().nanos();
        } else if (trouble.scriptsGone) {
            Script.loadAll(open);
        }
    }
}
