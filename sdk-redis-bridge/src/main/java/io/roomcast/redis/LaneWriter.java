package io.roomcast.redis;

import io.roomcast.RoomcastException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Writes to Redis for a lane, over a connection of its own, one pipeline at a time: it takes whatever waits, and what comes before the
 * replies are there waits for the next one.
 *
 * <p><b>Threads.</b> The lane's thread takes the replies and then writes what has come meanwhile. When nothing has, it waits for the socket to
 * say something, and whoever offers something next writes it, if it is little: no thread has to be woken between a caller and
 * Redis. The caller never waits: everything before was answered, so the send buffer is empty and takes {@link
 * LaneQueue#SMALL_BATCH_BYTES} and their frame at once. For what is larger, and for subscriptions, the caller writes only a {@link
 * Pipelined.Knock}, whose answer wakes the lane's thread. {@link Turn} says who may write. The lane's thread also writes the lane's
 * subscriptions, batch by batch between pipelines, to the connection of the {@link LaneListener}.
 *
 * <p>Nothing that was given to it hangs. Without a connection everything fails at once; a connection that takes or says nothing for the
 * command timeout is cut by the ticker, and what was under way fails as not known to have arrived.
 */
final class LaneWriter implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(LaneWriter.class);
    private static final String NO_CONNECTION = "the bridge has no connection to Redis";
    private static final long IDLE = TimeUnit.MILLISECONDS.toNanos(50);

    private final Lane lane;
    private final Station station;
    private final LaneQueue queue;
    private final Packer packer;
    private final Backoff backoff;
    private final AtomicReference<Turn> turn = new AtomicReference<>(Turn.AWAY);
    /** Set by the lane's thread before the turn becomes idle; cut by others. */
    private volatile @Nullable RedisConnection connection;

    /** Of the ticker. */
    private final Patience patience = new Patience();

    private volatile boolean closed;
    private volatile boolean up;
    /** Below: of the lane's thread alone. */
    private long retryAt;

    private boolean everConnected;

    private final Postponed postponed;
    private final Detour detour;

    LaneWriter(Lane lane, Station station, LaneQueue queue) {
        this.lane = lane;
        this.station = station;
        this.queue = queue;
        this.backoff = new Backoff(station.world());
        this.detour = new Detour(station.dialer());
        this.postponed = new Postponed(station.settings().commandTimeout().toNanos());
        this.packer = new Packer(station.names(), station.parcels(), station.self(), station::newEpoch);
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                try {
                    step();
                } catch (JedisException | ConnectFailure broken) {
                    down(String.valueOf(broken.getMessage()), true);
                } catch (RuntimeException bug) {
                    log.error("lane {}: the writer threw; it begins anew", lane.number(), bug);
                    down(bug.toString(), true);
                }
            }
        } finally {
            queue.refuse("the bridge is closed");
            cut();
            detour.close();
            takeBack();
            failWaiting("the bridge is closed");
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

    /** Makes the lane's thread look for a server again. From any thread. */
    void reconnect() {
        cut();
        queue.wake();
    }

    /** For the ticker: neither a write nor a read has a timeout of its own here. */
    void watch(long now, long patienceNanos) {
        Turn seen = turn.get();
        boolean waiting = seen == Turn.ASKING || seen instanceof Turn.UnderWay;
        if (patience.isOver(waiting ? seen : null, now, patienceNanos)) {
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

    // ---- for whoever offers

    /** Something was put into the queue. From any thread; does not wait. */
    void offered() {
        Turn now = turn.get();
        while (now == Turn.IDLE && !queue.isEmpty()) {
            Turn.Taken mine = new Turn.Taken();
            if (turn.compareAndSet(Turn.IDLE, mine)) {
                List<Outgoing> batch = queue.drawSmall();
                if (!batch.isEmpty()) {
                    write(mine, batch);
                } else if (queue.isEmpty()) {
                    turn.compareAndSet(mine, Turn.IDLE);
                } else {
                    knock(mine);
                }
            }
            now = turn.get();
        }
        if (now == Turn.AWAY || now == Turn.RESTING) {
            queue.wake();
        }
        // Whoever else has the turn looks at the queue once more before it becomes idle.
    }

    /** Has the lane's thread look at everything again. From any thread; does not wait. */
    void wake() {
        Turn now;
        while ((now = turn.get()) == Turn.IDLE) {
            Turn.Taken mine = new Turn.Taken();
            if (turn.compareAndSet(Turn.IDLE, mine)) {
                knock(mine);
            }
        }
        if (now == Turn.AWAY || now == Turn.RESTING) {
            queue.wake();
        }
    }

    private void knock(Turn.Taken mine) {
        write(mine, List.of());
    }

    private void write(Turn.Taken mine, List<Outgoing> batch) {
        RedisConnection open = connection;
        List<Pipelined> pipeline;
        List<CommandArguments> commands;
        try {
            pipeline = pack(batch);
            commands = Pipelined.arguments(pipeline, open == null ? RedisConnection.NOBODY : open.facts());
        } catch (RuntimeException bug) {
            log.error("lane {}: something could not be written", lane.number(), bug);
            lose(batch, new RoomcastException("the bridge could not write it", bug));
            turn.compareAndSet(mine, Turn.IDLE);
            return;
        }
        Turn.UnderWay underWay = new Turn.UnderWay(pipeline);
        if (open == null || !turn.compareAndSet(mine, underWay)) {
            lose(batch, new RoomcastException(NO_CONNECTION));
            return;
        }
        // From here on it is the lane's thread's, which takes the replies or finds the connection broken.
        try {
            open.send(commands);
        } catch (JedisException broken) {
            open.cut();
        }
    }

    private void lose(List<Outgoing> batch, RoomcastException why) {
        lose(batch, item -> why);
    }

    private void lose(List<Outgoing> items, Function<Outgoing, RoomcastException> why) {
        if (!items.isEmpty()) {
            Replies end = replies();
            items.forEach(item -> end.failed(item, why.apply(item)));
            end.tell();
        }
    }

    // ---- the lane's thread

    private void step() {
        lane.writeSubscriptions();
        RedisConnection open = connection;
        if (open == null) {
            connect();
            return;
        }
        long now = station.world().nanos();
        lose(postponed.tidy(now), Postponed::gaveUp);
        List<Outgoing> batch = postponed.sort(queue.draw(), now);
        if (!batch.isEmpty()) {
            List<CommandArguments> commands = own(open, batch);
            open.send(commands);
            takeReplies(open);
        } else if (!postponed.isEmpty()) {
            rest(open);
        } else if (!lane.hasSubscriptionsToWrite()) {
            turn.set(Turn.IDLE);
            // Between the look and this something may have come, whose offerer saw that the turn was not idle.
            boolean late = !queue.isEmpty() || lane.hasSubscriptionsToWrite();
            if (!late || !turn.compareAndSet(Turn.IDLE, Turn.OWN)) {
                takeReplies(open);
            }
        }
    }

    /** Until something postponed is due, or something comes. */
    private void rest(RedisConnection open) {
        if (!open.isConnected()) {
            throw new ConnectFailure("the connection to Redis was cut", false);
        }
        turn.set(Turn.RESTING);
        // Between the look and this something may have come, whose offerer saw that nobody rested.
        if (queue.isEmpty() && !lane.hasSubscriptionsToWrite()) {
            queue.await(postponed.nanosToWait(station.world().nanos(), IDLE));
        }
        turn.set(Turn.OWN);
    }

    private void failWaiting(String reason) {
        RoomcastException why = new RoomcastException(reason);
        lose(postponed.takeAll(), why);
        lose(queue.takeAll(), why);
    }

    /** A little is in a hurry: who listens is to have it before this lane has its answer. */
    private List<Pipelined> pack(List<Outgoing> batch) {
        List<Pipelined> packed = packer.pack(batch);
        if (batch.size() > LaneQueue.SMALL_BATCH_MESSAGES) {
            return packed;
        }
        List<Pipelined> pipeline = new ArrayList<>(packed.size() + 1);
        pipeline.add(new Pipelined.Knock());
        pipeline.addAll(packed);
        return pipeline;
    }

    private List<CommandArguments> own(RedisConnection open, List<Outgoing> batch) {
        try {
            List<Pipelined> pipeline = pack(batch);
            List<CommandArguments> commands = Pipelined.arguments(pipeline, open.facts());
            turn.set(new Turn.UnderWay(pipeline));
            return commands;
        } catch (RuntimeException bug) {
            lose(batch, new RoomcastException("the bridge could not write it", bug));
            throw bug;
        }
    }

    private void connect() {
        long now = station.world().nanos();
        if (retryAt - now > 0) {
            failWaiting(NO_CONNECTION);
            queue.await(Math.min(retryAt - now, IDLE));
            return;
        }
        HostAndPort server = station.servers().owner(lane.partition());
        RedisConnection open = station.dialer()
                .dial(server, "w" + lane.number(), station.dialer().commandTimeoutMillis());
        connection = open;
        if (closed) {
            open.cut();
            return;
        }
        Script.loadAll(open);
        open.waitForEver();
        if (everConnected) {
            station.counters().reconnects.increment();
        }
        everConnected = true;
        up = true;
        turn.set(Turn.OWN);
        queue.open();
        lane.changed(null);
    }

    /**
     * There is no connection.
     *
     * @param failing whether what waits fails, and what is offered meanwhile
     */
    private void down(String why, boolean failing) {
        cut();
        detour.close();
        takeBack();
        connection = null;
        up = false;
        station.servers().forget();
        if (failing) {
            queue.refuse(NO_CONNECTION);
        }
        retryAt = station.world().nanos() + backoff.failed();
        lane.changed(why);
    }

    /** What is under way will not be answered. Whoever is about to write finds that the turn is not theirs any more. */
    private void takeBack() {
        if (turn.getAndSet(Turn.AWAY) instanceof Turn.UnderWay underWay) {
            Replies replies = replies();
            replies.missing(underWay.pipeline);
            replies.tell();
        }
    }

    /** Waits until something is under way and answered. Whatever happens, each item ends or is sent again. */
    private void takeReplies(RedisConnection open) {
        Object first = open.readReply();
        if (!(turn.get() instanceof Turn.UnderWay underWay)) {
            throw new ConnectFailure("Redis said something that nobody had asked for", false);
        }
        List<Pipelined> pipeline = underWay.pipeline;
        Replies replies = replies();
        int replied = 0;
        try {
            for (Pipelined command : pipeline) {
                replies.take(command, replied == 0 ? first : open.readReply());
                replied++;
            }
            if (replies.elsewhere() == null) {
                backoff.succeeded();
            }
        } finally {
            replies.missing(pipeline.subList(replied, pipeline.size()));
            turn.set(Turn.OWN);
            replies.tell();
        }
        remedy(open, replies);
    }

    private Replies replies() {
        return new Replies(lane.number(), station, queue, postponed, detour);
    }

    /** What some of the replies say of the server is seen to before anything is sent again. */
    private void remedy(RedisConnection open, Replies replies) {
        String elsewhere = replies.elsewhere();
        if (elsewhere != null) {
            log.info(
                    "lane {}: {} says {}; looking for the right server",
                    lane.number(),
                    open.facts().address(),
                    elsewhere);
            // The server is there and executed nothing: what waits can wait for the right one.
            down(elsewhere, false);
            long left;
            while (!closed && (left = retryAt - station.world().nanos()) > 0) {
                // Whoever offers something ends a wait.
                queue.await(left);
            }
        } else if (replies.scriptsAreGone()) {
            turn.set(Turn.ASKING);
            Script.loadAll(open);
            turn.set(Turn.OWN);
        }
    }
}
