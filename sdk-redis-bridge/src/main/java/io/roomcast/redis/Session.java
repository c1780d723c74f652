package io.roomcast.redis;

import io.roomcast.RoomcastException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/**
 * This node's claim to its id, a key that lives as long as the node renews it, and its heartbeats. A node whose id another process holds
 * says nothing to the others until that lets go; nor does one that was cut off or paused for as long as its key lives, until it knows
 * that it still is who it was. Used by the ticker, but for what says otherwise.
 */
final class Session {

    private static final Logger log = LoggerFactory.getLogger(RedisBridge.class);
    private static final int UNKNOWN = -1;
    private static final long FAREWELL_MILLIS = 250;

    private final Station station;
    private final IntFunction<Lane> lanes;
    private final byte[] key;
    private final byte[] holder;
    private final byte[] control;
    private final long interval;
    private final long lives;
    private final AtomicLong count = new AtomicLong();
    private long renewAt;
    private long beatAt;
    private boolean timed;
    private boolean partitionsDifferLogged;
    /** Written by the writer that takes the reply; one renewal is under way at a time. */
    private volatile boolean renewing;

    private volatile boolean held;
    /** When Redis was asked for it the last time that it answered. */
    private volatile long confirmedAt;

    /** Of the renewal that is under way. */
    private volatile long askedAt;

    private volatile boolean leaving;
    private volatile boolean everHeld;
    private volatile long incarnation = 1;
    private volatile @Nullable String trouble;
    /** How many nodes hear the heartbeats, this one included. Written by the writer. */
    private volatile long hearers = UNKNOWN;
    /** Somebody wants to hear of us. From any thread. */
    private volatile boolean hurry;

    Session(Station station, IntFunction<Lane> lanes) {
        this.station = station;
        this.lanes = lanes;
        String nodeId = station.self().nodeId();
        this.key = station.names().session(nodeId);
        this.holder = Long.toHexString(station.self().boot()).getBytes(StandardCharsets.US_ASCII);
        this.control = station.names().control();
        this.interval = station.settings().heartbeatInterval().toNanos();
        this.lives = station.settings().deadAfter().toNanos();
    }

    boolean isHeld() {
        return held;
    }

    @Nullable
    String trouble() {
        return trouble;
    }

    /** From any thread. */
    void hurry() {
        hurry = true;
    }

    /** Returns whether so many others are all that listen to heartbeats. From any thread. */
    boolean knowsAll(int others) {
        long all = hearers;
        return all != UNKNOWN && others >= all - 1;
    }

    void tick(long now) {
        if (!timed) {
            timed = true;
            renewAt = now;
            beatAt = now;
        }
        if (held && now - confirmedAt >= lives) {
            held = false;
            renewAt = now;
            log.warn("Redis has not confirmed this node's session for as long as it lives; it is claimed anew");
            station.changes().changed("");
        }
        if (!leaving && !renewing && now - renewAt >= 0) {
            renewAt = now + (held ? interval : interval / 20);
            renew();
        }
        boolean due = now - beatAt >= 0;
        if (held && (due || hurry)) {
            hurry = false;
            if (due) {
                beatAt = now + interval;
            }
            beat();
        }
    }

    /** A node that was not known has been heard. */
    void met(Heartbeat heartbeat, Members members) {
        if (heartbeat.partitions() != station.settings().partitions()) {
            station.counters().nodesRefused.increment();
            if (!partitionsDifferLogged) {
                partitionsDifferLogged = true;
                log.error(
                        "node {} has {} partitions and this one has {}, expected the same on all nodes; it is not counted in",
                        heartbeat.origin().nodeId(),
                        heartbeat.partitions(),
                        station.settings().partitions());
            }
            members.refuse(heartbeat.origin());
            return;
        }
        // It may not know us either.
        members.join(heartbeat, this::hurry);
    }

    private void renew() {
        renewing = true;
        askedAt = station.world().nanos();
        if (!claim(station.settings().deadAfter().toMillis(), this::renewed, this::notRenewed)) {
            renewing = false;
        }
    }

    /** Has Redis let the session live for so long, from now on; returns whether it will be asked to. */
    private boolean claim(long millis, Consumer<@Nullable Object> replied, Consumer<RoomcastException> failed) {
        Lane lane = lanes.apply(station.names().partition(station.self().nodeId()));
        String refusal = lane.offer(new Outgoing.Command(
                true,
                key.length,
                server -> new CommandArguments(Protocol.Command.EVALSHA)
                        .add(Script.SESSION.sha1())
                        .add(1)
                        .key(key)
                        .add(holder)
                        .add(millis),
                replied,
                failed));
        return refusal == null;
    }

    private void notRenewed(RoomcastException failure) {
        if (failure instanceof CommandRefused refused) {
            // Then it gives it to nobody else, either.
            confirmedAt = askedAt;
            String why = "Redis refuses the session of node " + station.self().nodeId() + ": " + refused.error;
            if (!held && !why.equals(trouble)) {
                trouble = why;
                log.error(why);
                station.changes().changed("");
            }
        }
        renewing = false;
    }

    private void renewed(@Nullable Object reply) {
        confirmedAt = askedAt;
        renewing = false;
        boolean ours = reply instanceof Long;
        if (Long.valueOf(1).equals(reply)) {
            if (everHeld) {
                incarnation++;
                station.counters().sessionsLost.increment();
                log.warn("this node's session was gone from Redis; it has a new one, incarnation {}", incarnation);
            }
            everHeld = true;
        }
        if (ours != held || ours == (trouble != null)) {
            trouble = ours ? null : "node id " + station.self().nodeId() + " is taken by another process";
            if (!ours) {
                log.error("{}; expected a new one for each start. Waiting for it to let go.", trouble);
            }
            held = ours;
            station.changes().changed("");
        }
    }

    private void beat() {
        Heartbeat heartbeat = new Heartbeat(
                station.self(),
                count.incrementAndGet(),
                incarnation,
                station.settings().partitions(),
                hearers == UNKNOWN);
        lanes.apply(0)
                .publish(
                        control,
                        station.parcels().alive(control, heartbeat),
                        receivers -> hearers = receivers,
                        failure -> {});
    }

    /** Says goodbye and lets the id go, if Redis can be reached at once. */
    void leave() {
        if (!held) {
            return;
        }
        leaving = true;
        held = false;
        CountDownLatch said = new CountDownLatch(2);
        byte[] bye = station.parcels().bye(control, station.self(), count.incrementAndGet());
        boolean offered =
                lanes.apply(0).publish(control, bye, receivers -> said.countDown(), failure -> said.countDown());
        boolean ended = claim(0, reply -> said.countDown(), failure -> said.countDown());
        try {
            if (offered && ended && !said.await(FAREWELL_MILLIS, TimeUnit.MILLISECONDS)) {
                log.debug("Redis did not take this node's goodbye; the others will miss its heartbeats");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
