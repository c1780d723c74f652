package io.roomcast.runtime.outbound.policy;

import static io.roomcast.PolicyFlush.Reason.BARRIER;
import static io.roomcast.PolicyFlush.Reason.BYTES;
import static io.roomcast.PolicyFlush.Reason.CLOSE;
import static io.roomcast.PolicyFlush.Reason.DROPPED;
import static io.roomcast.PolicyFlush.Reason.GONE;
import static io.roomcast.PolicyFlush.Reason.IMMEDIATE;
import static io.roomcast.PolicyFlush.Reason.ITEMS;
import static io.roomcast.PolicyFlush.Reason.KEYS;
import static io.roomcast.PolicyFlush.Reason.LEAVE;
import static io.roomcast.PolicyFlush.Reason.PREDICATE;
import static io.roomcast.PolicyFlush.Reason.WRITABLE;

import io.roomcast.DeliveryPolicy;
import io.roomcast.Ordering;
import io.roomcast.PolicyFlush;
import io.roomcast.SendOutcome;
import io.roomcast.runtime.outbound.HeldBack;
import io.roomcast.runtime.outbound.Outbound;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What delivery policies hold back for one peer. Confined to the peer's loop.
 *
 * <p>A lane has a slot for each of its keys (and each sender, where the order is that of a pair). Whatever leaves a slot goes into the
 * peer's queue in one go and is written with it. <b>Order:</b> before anything leaves, and before any other message of the room is
 * queued ({@link #barrier}), everything leaves that is held in an order to which it belongs. So a held message is never
 * overtaken within its order, and of two conflicting slots at most one holds something.
 *
 * <p><b>Bounds:</b> slots by {@link DeliveryPolicy#maxKeys} for each lane; what a slot holds by its policy; all that is held by the
 * peer's byte budget, of which {@link Outbound} keeps count.
 *
 * <p><b>Reentrance:</b> queueing can exhaust the budget, which {@linkplain #discard discards} everything held in the
 * middle of it. So a slot is emptied before its values are queued, and whoever walks over slots walks over a copy.
 */
public final class Holdings implements HeldBack {

    private final Outbound outbound;
    private final PolicyLoop loop;
    private final Map<Lane, Map<Arrival.SlotKey, Slot>> lanes = new LinkedHashMap<>(4);
    /** Slots that are due and wait for the connection to take more, in the order in which they began to. */
    private final Set<Slot> waiting = new LinkedHashSet<>(4);
    /** How many slots hold something that must not be overtaken. */
    private int orderedHeld;

    public Holdings(Outbound outbound, PolicyLoop loop) {
        this.outbound = outbound;
        this.loop = loop;
    }

    // ---- arrivals

    /** Takes a message in, or lets it pass. */
    public SendOutcome offer(Arrival arrival, Value value) {
        if (!outbound.isTaking()) {
            return SendOutcome.CLOSED;
        }
        long now = loop.now();
        return switch (arrival.lane().kind) {
            case APPEND -> append(arrival, value, now);
            case LATEST, MERGE -> conflate(arrival, value, now);
            case DROP_OLDEST -> keepNewest(arrival, value, now);
        };
    }

    /**
     * Lets everything leave that a message must not overtake.
     *
     * @param sender whom the message names as its sender, empty for none
     */
    public void barrier(String room, String sender) {
        barrier(room, sender, null, null);
    }

    /** Lets everything leave that has an order: a message outside any room follows. */
    public void barrier() {
        if (orderedHeld > 0) {
            release(slots(slot -> slot.lane.isOrdered()), BARRIER);
        }
    }

    private SendOutcome append(Arrival arrival, Value value, long now) {
        Lane lane = arrival.lane();
        Slot slot = find(arrival);
        barrier(lane.room(), arrival.sender(), lane, slot);
        if (slot != null && !slot.isEmpty() && (long) slot.values.bytes() + value.size() > lane.maxBytes) {
            release(slot, BYTES);
            slot = null;
        }
        boolean immediate = lane.maxDelayNanos == 0 || lane.idleGapNanos == 0;
        if (slot == null && (arrival.urgent() || immediate)) {
            return pass(arrival, value, arrival.urgent() ? PREDICATE : IMMEDIATE);
        }
        if (slot == null) {
            slot = open(arrival);
        }
        if (!hold(slot, arrival, value, now)) {
            return SendOutcome.CLOSED;
        }
        if (arrival.urgent()) {
            release(slot, PREDICATE);
        } else if (slot.values.count() >= lane.maxItems) {
            release(slot, ITEMS);
        } else if (slot.values.bytes() >= lane.maxBytes) {
            release(slot, BYTES);
        } else {
            awaitDue(slot, now);
        }
        return queuedIfTaking();
    }

    private SendOutcome conflate(Arrival arrival, Value value, long now) {
        Lane lane = arrival.lane();
        Slot slot = find(arrival);
        if (lane.isOrdered()) {
            barrier(lane.room(), arrival.sender(), lane, slot);
        }
        if (slot == null || slot.isEmpty()) {
            boolean due = lane.idleGapNanos == 0
                    && (slot == null || !slot.departed || now - slot.departedNanos >= lane.minIntervalNanos)
                    && !outbound.isBacklogged();
            if (due || arrival.urgent()) {
                SendOutcome outcome = pass(arrival, value, arrival.urgent() ? PREDICATE : IMMEDIATE);
                rememberDeparture(arrival, slot, now);
                return outcome;
            }
            Slot opened = slot == null ? open(arrival) : slot;
            if (!hold(opened, arrival, value, now)) {
                return SendOutcome.CLOSED;
            }
            settle(opened, arrival, now);
            return queuedIfTaking();
        }
        Value older = slot.values.first();
        Value held = lane.kind == DeliveryPolicy.Kind.MERGE ? older.mergedWith(value) : value;
        if (!outbound.hold(held.size() - older.size())) {
            outbound.overflow();
            return SendOutcome.CLOSED;
        }
        slot.values.replaceFirst(held, lane.kind == DeliveryPolicy.Kind.MERGE ? slot.values.firstSince() : now);
        slot.took(arrival.sender(), now);
        slot.conflated++;
        loop.conflated();
        settle(slot, arrival, now);
        return outbound.isTaking() ? SendOutcome.CONFLATED : SendOutcome.CLOSED;
    }

    /** Decides about a slot that was given a value. */
    private void settle(Slot slot, Arrival arrival, long now) {
        if (arrival.urgent()) {
            leave(slot, PREDICATE);
        } else if (slot.lane.kind == DeliveryPolicy.Kind.MERGE && slot.in >= slot.lane.maxItems) {
            leave(slot, ITEMS);
        } else if (slot.values.bytes() > slot.lane.maxBytes) {
            leave(slot, BYTES);
        } else {
            awaitDue(slot, now);
        }
    }

    private SendOutcome keepNewest(Arrival arrival, Value value, long now) {
        Lane lane = arrival.lane();
        Slot slot = find(arrival);
        if ((slot == null || slot.isEmpty()) && !outbound.isBacklogged()) {
            return pass(arrival, value, IMMEDIATE);
        }
        if (slot == null) {
            slot = open(arrival);
        }
        dropExpired(slot, now);
        while (!slot.isEmpty()
                && (slot.values.count() >= lane.maxItems
                        || (long) slot.values.bytes() + value.size() > lane.maxBytes)) {
            dropFirst(slot);
        }
        while (!outbound.hold(value.size())) {
            if (slot.isEmpty()) {
                report(lane, DROPPED, slot.in + 1, 0, 0, slot.dropped + 1, 0, 0, 0);
                forget(slot);
                return SendOutcome.DROPPED;
            }
            dropFirst(slot);
        }
        slot.values.add(value, now);
        slot.took(arrival.sender(), now);
        awaitWritable(slot);
        return SendOutcome.QUEUED;
    }

    private void dropExpired(Slot slot, long now) {
        while (!slot.isEmpty() && now - slot.values.firstSince() >= slot.lane.timeToLiveNanos) {
            dropFirst(slot);
        }
    }

    private void dropFirst(Slot slot) {
        outbound.hold(-slot.values.first().size());
        slot.values.removeFirst();
        slot.dropped++;
        loop.dropped(slot.lane);
    }

    /** Queues a message that has nothing to wait for. */
    private SendOutcome pass(Arrival arrival, Value value, PolicyFlush.Reason reason) {
        Lane lane = arrival.lane();
        barrier(lane.room(), arrival.sender(), lane, null);
        SendOutcome outcome = outbound.offer(value.chunk(), lane.dropsOldest(), 0);
        boolean queued = outcome == SendOutcome.QUEUED;
        report(
                lane,
                queued ? reason : outcome == SendOutcome.DROPPED ? DROPPED : GONE,
                1,
                queued ? 1 : 0,
                0,
                queued ? 0 : 1,
                queued ? value.chunk().size() : 0,
                0,
                0);
        return outcome;
    }

    private boolean hold(Slot slot, Arrival arrival, Value value, long now) {
        if (!outbound.hold(value.size())) {
            outbound.overflow();
            return false;
        }
        if (slot.isEmpty() && slot.lane.isOrdered()) {
            orderedHeld++;
        }
        slot.values.add(value, now);
        slot.took(arrival.sender(), now);
        return true;
    }

    // ---- time

    private void awaitDue(Slot slot, long now) {
        if (slot.waiting) {
            return;
        }
        long due = slot.dueNanos();
        if (due - now > 0) {
            if (!slot.timed) {
                loop.schedule(slot, due);
            }
        } else if (!slot.lane.isAppend() && outbound.isBacklogged()) {
            awaitWritable(slot);
        } else {
            leave(slot, slot.dueReason());
        }
    }

    private void awaitWritable(Slot slot) {
        if (!slot.waiting) {
            loop.cancel(slot);
            waits(slot, true);
        }
    }

    private void waits(Slot slot, boolean now) {
        if (slot.waiting != now) {
            slot.waiting = now;
            if (now) {
                waiting.add(slot);
            } else {
                waiting.remove(slot);
            }
        }
    }

    /** The slot's timer. The time that it waits for may have moved on since it was set. */
    void timeIsUp(Slot slot) {
        if (!slot.isEmpty()) {
            awaitDue(slot, loop.now());
        } else if (loop.now() - slot.departedNanos >= slot.lane.minIntervalNanos) {
            forget(slot);
        } else {
            loop.schedule(slot, slot.departedNanos + slot.lane.minIntervalNanos);
        }
    }

    private void rememberDeparture(Arrival arrival, @Nullable Slot known, long now) {
        if (arrival.lane().minIntervalNanos > 0 && outbound.isTaking()) {
            Slot slot = known == null || known.forgotten ? open(arrival) : known;
            slot.departed = true;
            slot.departedNanos = now;
            if (!slot.timed) {
                loop.schedule(slot, now + slot.lane.minIntervalNanos);
            }
        }
    }

    // ---- departures

    @Override
    public boolean refill(int bytes) {
        boolean any = false;
        while (outbound.queuedBytes() < bytes) {
            if (waiting.isEmpty()) {
                break;
            }
            Slot slot = waiting.iterator().next();
            waits(slot, false);
            long now = loop.now();
            dropExpiredIfDropping(slot, now);
            if (!slot.lane.dropsOldest() && slot.dueNanos() - now > 0) {
                awaitDue(slot, now);
            } else {
                leave(slot, WRITABLE);
                any = true;
            }
        }
        return any;
    }

    /** The peer has left a room: what is held of it leaves. */
    public void left(String room) {
        release(slots(slot -> slot.lane.room().equals(room)), LEAVE);
        lanes.entrySet().removeIf(lane -> {
            boolean left = lane.getKey().room().equals(room);
            if (left) {
                lane.getValue().values().forEach(this::putAway);
            }
            return left;
        });
    }

    @Override
    public void releaseAll() {
        release(slots(slot -> true), CLOSE);
    }

    @Override
    public void discard() {
        List<Slot> all = slots(slot -> true);
        lanes.clear();
        orderedHeld = 0;
        for (Slot slot : all) {
            putAway(slot);
            if (slot.in > 0) {
                int lost = slot.values.count();
                outbound.hold(-slot.values.bytes());
                slot.values = new HeldValues();
                report(slot.lane, GONE, slot.in, 0, slot.conflated, slot.dropped + lost, 0, 0, 0);
                slot.in = 0;
            }
        }
    }

    /** Queues what a slot holds, behind everything that it must not overtake. */
    private void leave(Slot slot, PolicyFlush.Reason reason) {
        barrier(slot.lane.room(), slot.sender, slot.lane, slot);
        release(slot, reason);
    }

    private void release(List<Slot> several, PolicyFlush.Reason reason) {
        for (Slot slot : several) {
            release(slot, reason);
        }
    }

    /** Queues what a slot holds. */
    private void release(Slot slot, PolicyFlush.Reason reason) {
        long now = loop.now();
        dropExpiredIfDropping(slot, now);
        if (slot.in == 0) {
            return;
        }
        HeldValues values = slot.values;
        int in = slot.in;
        int conflated = slot.conflated;
        int dropped = slot.dropped;
        if (values.count() > 0 && slot.lane.isOrdered()) {
            orderedHeld--;
        }
        outbound.hold(-values.bytes());
        slot.values = new HeldValues();
        slot.in = 0;
        slot.conflated = 0;
        slot.dropped = 0;
        loop.cancel(slot);
        waits(slot, false);
        if (slot.lane.minIntervalNanos > 0) {
            slot.departed = true;
            slot.departedNanos = now;
            loop.schedule(slot, now + slot.lane.minIntervalNanos);
        } else {
            forget(slot);
        }
        int out = 0;
        int bytes = 0;
        long delaySum = 0;
        long delayMax = 0;
        for (; values.count() > 0; values.removeFirst()) {
            var chunk = values.first().chunk();
            if (outbound.offer(chunk) == SendOutcome.QUEUED) {
                long delay = now - values.firstSince();
                out++;
                bytes += chunk.size();
                delaySum += delay;
                delayMax = Math.max(delayMax, delay);
            } else {
                dropped++;
            }
        }
        report(slot.lane, out > 0 ? reason : DROPPED, in, out, conflated, dropped, bytes, delaySum, delayMax);
    }

    private void barrier(String room, String sender, @Nullable Lane lane, @Nullable Slot except) {
        if (orderedHeld == 0) {
            return;
        }
        release(
                slots(slot -> slot != except
                        && slot.lane.isOrdered()
                        && !slot.isEmpty()
                        && slot.lane.room().equals(room)
                        // Values of one event under other keys are no obstacle where only the newest counts.
                        && (slot.lane.isAppend() || !slot.lane.equals(lane))
                        && (slot.lane.ordering == Ordering.ROOM
                                || sender.isEmpty()
                                || slot.sender.isEmpty()
                                || slot.sender.equals(sender))),
                BARRIER);
    }

    // ---- slots

    private @Nullable Slot find(Arrival arrival) {
        Map<Arrival.SlotKey, Slot> slots = lanes.get(arrival.lane());
        return slots == null ? null : slots.get(arrival.slot());
    }

    private Slot open(Arrival arrival) {
        Lane lane = arrival.lane();
        Map<Arrival.SlotKey, Slot> slots = lanes.computeIfAbsent(lane, key -> new LinkedHashMap<>(4));
        if (slots.size() >= lane.maxKeys) {
            Slot oldest = slots.values().iterator().next();
            if (lane.dropsOldest()) {
                while (!oldest.isEmpty()) {
                    dropFirst(oldest);
                }
                release(oldest, DROPPED);
            } else {
                leave(oldest, KEYS);
            }
            forget(oldest);
        }
        Slot slot = new Slot(this, lane, arrival.slot());
        // Not the map from before: with its last slot it has gone.
        lanes.computeIfAbsent(lane, key -> new LinkedHashMap<>(4)).put(arrival.slot(), slot);
        return slot;
    }

    private void forget(Slot slot) {
        putAway(slot);
        Map<Arrival.SlotKey, Slot> slots = lanes.get(slot.lane);
        if (slots != null && slots.remove(slot.key, slot) && slots.isEmpty()) {
            lanes.remove(slot.lane);
        }
    }

    private void putAway(Slot slot) {
        slot.forgotten = true;
        loop.cancel(slot);
        waits(slot, false);
    }

    private List<Slot> slots(Predicate<Slot> which) {
        List<Slot> found = new ArrayList<>();
        for (Map<Arrival.SlotKey, Slot> slots : lanes.values()) {
            for (Slot slot : slots.values()) {
                if (which.test(slot)) {
                    found.add(slot);
                }
            }
        }
        return found;
    }

    private void dropExpiredIfDropping(Slot slot, long now) {
        if (slot.lane.dropsOldest()) {
            dropExpired(slot, now);
        }
    }

    private SendOutcome queuedIfTaking() {
        return outbound.isTaking() ? SendOutcome.QUEUED : SendOutcome.CLOSED;
    }

    private void report(
            Lane lane,
            PolicyFlush.Reason reason,
            int in,
            int out,
            int conflated,
            int dropped,
            int bytes,
            long delaySum,
            long delayMax) {
        if (loop.isHeard()) {
            loop.flushed(new PolicyFlush(
                    lane.pattern(), lane.event(), reason, in, out, conflated, dropped, bytes, delaySum, delayMax));
        }
    }
}
