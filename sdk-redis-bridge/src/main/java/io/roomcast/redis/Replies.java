package io.roomcast.redis;

import io.roomcast.RoomcastException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The end of one pipeline: what its replies say, whom to tell, what has to be sent again, now or later, and what they say of the server.
 * Whatever happens, each item ends or is sent again. Of the lane's thread, but for {@link #failed} and {@link #tell}, which whoever has
 * something to fail may use for that alone.
 */
final class Replies {

    private static final Logger log = LoggerFactory.getLogger(Replies.class);

    private final int lane;
    private final Station station;
    private final LaneQueue queue;
    private final Postponed postponed;
    private final Detour detour;
    private final long now;
    private final List<Runnable> told = new ArrayList<>();
    private final List<Outgoing> ended = new ArrayList<>();
    private final List<Outgoing> again = new ArrayList<>();
    private boolean scriptsGone;
    private @Nullable String elsewhere;

    Replies(int lane, Station station, LaneQueue queue, Postponed postponed, Detour detour) {
        this.lane = lane;
        this.station = station;
        this.queue = queue;
        this.postponed = postponed;
        this.detour = detour;
        this.now = station.world().nanos();
    }

    /** Returns what the server said if another one, or this one later, would execute something; null if it said nothing like it. */
    @Nullable
    String elsewhere() {
        return elsewhere;
    }

    /** Returns whether the server has lost the scripts. */
    boolean scriptsAreGone() {
        return scriptsGone;
    }

    /** A command was answered; an error comes as its exception. */
    void take(Pipelined command, @Nullable Object reply) {
        if (reply instanceof JedisAskDataException moving) {
            follow(moving.getTargetNode(), command);
        } else if (reply instanceof JedisDataException error) {
            refused(command, String.valueOf(error.getMessage()));
        } else {
            done(command, reply);
        }
    }

    /** Commands will not be answered any more. */
    void missing(List<Pipelined> pipeline) {
        if (!pipeline.isEmpty()) {
            RoomcastException unknown = new RoomcastException(
                    "the connection to Redis broke before it answered: it is not known whether this arrived");
            pipeline.forEach(command -> failed(command, unknown));
        }
    }

    /** To be called once, when nothing of the pipeline is to be added any more. */
    void tell() {
        if (!again.isEmpty()) {
            // After a reconnect, if one is needed; what is sent again comes before what waits.
            queue.again(again);
        }
        if (!ended.isEmpty()) {
            station.tell(told, () -> ended.forEach(queue::ended));
        }
    }

    private void done(Pipelined command, @Nullable Object reply) {
        if (!postponed.isEmpty()) {
            command.items.forEach(item -> postponed.executed(item, now));
        }
        try {
            // Callbacks are for other threads; without any there is nothing to hand over.
            if (command.isUnheard()) {
                command.replied(reply, station.counters(), Runnable::run);
                command.items.forEach(queue::ended);
            } else {
                command.replied(reply, station.counters(), told::add);
                ended.addAll(command.items);
            }
        } catch (ClassCastException | IndexOutOfBoundsException | IllegalArgumentException strange) {
            failed(command, new RoomcastException("Redis gave an answer that makes no sense", strange));
        }
    }

    /** A slot is on its way to another node, and what this command needs is there already, or nowhere. */
    private void follow(HostAndPort address, Pipelined command) {
        RedisConnection there;
        try {
            there = detour.open(address);
        } catch (JedisException | ConnectFailure unreachable) {
            log.debug("lane {}: the new node of a slot, {}, cannot be asked", lane, address, unreachable);
            detour.close();
            postponed.putBack(command.items, now);
            return;
        }
        try {
            done(command, there.ask(command.arguments(there.facts())));
        } catch (JedisDataException error) {
            String text = String.valueOf(error.getMessage());
            if (isScriptGone(text)) {
                detour.close();
            }
            refused(command, text);
        } catch (JedisException broken) {
            detour.close();
            failed(
                    command,
                    new RoomcastException(
                            "the new node of a slot, " + address
                                    + ", does not answer: it is not known whether this arrived",
                            broken));
        }
    }

    private void refused(Pipelined command, String error) {
        if (isHalfHere(error)) {
            postponed.putBack(command.items, now);
        } else if (isScriptGone(error)) {
            scriptsGone = true;
            again(command, Outgoing::isWorthLoading, error);
        } else if (isElsewhere(error)) {
            elsewhere = error;
            long until = now + station.settings().commandTimeout().toNanos();
            again(
                    command,
                    item -> {
                        item.waitUntil(until);
                        return !item.isOver(now);
                    },
                    error);
        } else {
            failed(command, new CommandRefused(command.what(), error));
        }
    }

    private void again(Pipelined command, Predicate<Outgoing> worthIt, String error) {
        List<Outgoing> more = new ArrayList<>();
        for (Outgoing item : command.items) {
            if (worthIt.test(item)) {
                more.add(item);
            } else {
                failed(item, new RoomcastException("Redis did not execute " + command.what() + ": " + error));
            }
        }
        if (!more.isEmpty() && postponed.concerns(more.get(0))) {
            postponed.putBack(more, now);
        } else {
            again.addAll(more);
        }
    }

    private void failed(Pipelined command, RoomcastException why) {
        command.items.forEach(item -> failed(item, why));
    }

    /** Something will not be done. */
    void failed(Outgoing item, RoomcastException why) {
        station.counters().failed(item);
        if (item instanceof Outgoing.Command) {
            // Not behind what a node does with the failures of its own.
            queue.ended(item);
            item.fail(why);
        } else {
            ended.add(item);
            told.add(() -> item.fail(why));
        }
    }

    private static boolean isScriptGone(String error) {
        return error.startsWith("NOSCRIPT");
    }

    /** Returns whether Redis says that it did not execute a command because it has only some of its keys, for the time being. */
    private static boolean isHalfHere(String error) {
        return error.startsWith("TRYAGAIN");
    }

    /** Returns whether Redis says that it did not execute a command and that another server, or a later time, would. */
    private static boolean isElsewhere(String error) {
        return error.startsWith("MOVED")
                || error.startsWith("CLUSTERDOWN")
                || error.startsWith("READONLY")
                // So says Redis 6.2 of a script, which it stops at its first write.
                || error.startsWith("ERR Error running script") && error.contains("-READONLY ")
                || error.startsWith("LOADING")
                || error.startsWith("MASTERDOWN");
    }
}
