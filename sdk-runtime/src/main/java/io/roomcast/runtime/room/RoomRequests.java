package io.roomcast.runtime.room;

import io.roomcast.Acks;
import io.roomcast.ErrorCode;
import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Refusal;
import io.roomcast.RequestException;
import io.roomcast.RequestException.Reason;
import io.roomcast.RoomcastException;
import io.roomcast.runtime.session.SessionRegistry;
import io.roomcast.runtime.transport.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What is asked in rooms: one peer wherever it is, or all of them. Each node asks its own peers and adds up their answers; the
 * node where the question began adds up the nodes'. Safe to use from any thread.
 */
final class RoomRequests {

    /** How much longer than for peers is waited for a node, which waits for peers itself. */
    private static final int NODE_GRACE_MILLIS = 1000;

    private final Rooms rooms;
    private final Limits limits;
    private final AtomicInteger ours = new AtomicInteger();
    private final AtomicInteger othersHere = new AtomicInteger();

    RoomRequests(Rooms rooms, Limits limits) {
        this.rooms = rooms;
        this.limits = limits;
    }

    /** Asks one peer, on whatever node it is. */
    CompletionStage<Message> request(String room, String peerId, Message message, Duration timeout) {
        rooms.checkSize(message);
        int millis = rooms.sessions().checkTimeout(timeout);
        return rooms.session(peerId)
                .map(peer ->
                        peer.requestsToPeer().request(room, rooms.sessions().nextRequestId(), message, millis))
                .orElseGet(
                        () -> broadcast(room, message, new Addressing(null, false, Set.of(), Set.of(peerId)), timeout)
                                .thenCompose(acks -> only(peerId, acks)));
    }

    private static CompletionStage<Message> only(String peerId, Acks acks) {
        Message answer = acks.answers().get(peerId);
        if (answer != null) {
            return CompletableFuture.completedStage(answer);
        }
        Refusal refusal = acks.refusals().get(peerId);
        if (refusal == null) {
            return acks.timedOut().contains(peerId)
                    ? failed(Reason.TIMED_OUT, "peer " + peerId + " did not answer in time")
                    : failed(Reason.PEER_GONE, "peer " + peerId + " has gone, or is not in the room");
        }
        return refusal.code() == ErrorCode.TOO_MANY_REQUESTS
                ? failed(Reason.TOO_MANY, refusal.reason())
                : CompletableFuture.failedStage(RequestException.refusedBy(refusal));
    }

    /** Asks all peers that a broadcast is for, on all nodes. */
    CompletionStage<Acks> broadcast(String room, Message message, Addressing addressing, Duration timeout) {
        rooms.checkSize(message);
        int millis = rooms.sessions().checkTimeout(timeout);
        CompletionStage<Acks> outcome = counted(room, ours, () -> everywhere(room, message, addressing, millis));
        if (outcome == null) {
            rooms.telemetry().requestFailed(Reason.TOO_MANY);
            return failed(
                    Reason.TOO_MANY,
                    "the broadcast " + message.event() + " was not made: " + limits.maxAcknowledgedBroadcasts()
                            + " of this node wait for answers (maxAcknowledgedBroadcasts)");
        }
        return outcome;
    }

    /**
     * Asks the peers of this node for another one. Fails when it is asked too much; the time is cut to what this node allows.
     */
    CompletionStage<Acks> forOtherNode(String room, Message message, Addressing addressing, int timeoutMillis) {
        long millis = Math.min(
                Math.max(1, Integer.toUnsignedLong(timeoutMillis)),
                limits.maxRequestTimeout().toMillis());
        CompletionStage<Acks> outcome = counted(room, othersHere, () -> here(room, message, addressing, (int) millis));
        return outcome == null
                ? CompletableFuture.failedStage(new RoomcastException("other nodes have "
                        + limits.maxAcknowledgedBroadcasts() + " acknowledged broadcasts open here"))
                : outcome;
    }

    private interface Question {
        CompletableFuture<Acks> ask();
    }

    /** Counts a question while it is open; returns null if there are too many. */
    private @Nullable CompletionStage<Acks> counted(String room, AtomicInteger open, Question question) {
        if (open.incrementAndGet() > limits.maxAcknowledgedBroadcasts()) {
            open.decrementAndGet();
            return null;
        }
        rooms.telemetry().requestOpened();
        CompletableFuture<Acks> outcome;
        try {
            outcome = question.ask();
        } catch (RoomcastException notAsked) {
            rooms.telemetry().broadcastRefused(room);
            outcome = CompletableFuture.failedFuture(notAsked);
        }
        // What the application gets is a stage of its own: completing it changes nothing here.
        return outcome.whenComplete((acks, failure) -> {
                    open.decrementAndGet();
                    rooms.telemetry().requestClosed();
                })
                .minimalCompletionStage();
    }

    private CompletableFuture<Acks> here(String room, Message message, Addressing addressing, int timeoutMillis) {
        LocalRoom local = rooms.find(room);
        return local == null
                ? AckTally.of(List.of())
                : rooms.deliveries()
                        .ask(local, message, addressing, rooms.sessions().nextRequestId(), timeoutMillis);
    }

    private CompletableFuture<Acks> everywhere(String room, Message message, Addressing addressing, int timeoutMillis) {
        List<CompletableFuture<Acks>> parts = new ArrayList<>();
        parts.add(here(room, message, addressing, timeoutMillis));
        Map<String, CompletableFuture<Acks>> others = rooms.uplink().ask(room, message, addressing, timeoutMillis);
        others.forEach((node, answer) ->
                parts.add(answer.handle((acks, lost) -> acks == null ? AckTally.lostNode(node) : acks)));
        CompletableFuture<Acks> all = AckTally.of(parts);
        if (others.values().stream().anyMatch(answer -> !answer.isDone())) {
            failAfter(timeoutMillis + NODE_GRACE_MILLIS, others, all);
        }
        return all.thenApply(acks -> withAbsent(acks, addressing));
    }

    private void failAfter(int millis, Map<String, CompletableFuture<Acks>> others, CompletableFuture<Acks> all) {
        EventLoop loop = rooms.loops().get(0);
        loop.execute(() -> {
            EventLoop.Timer timer = loop.schedule(
                    millis,
                    () -> others.forEach((node, answer) -> answer.completeExceptionally(
                            new TimeoutException("node " + node + " did not answer in time"))));
            all.whenComplete((acks, failure) -> loop.execute(timer::cancel));
        });
    }

    /** Those who were asked for by id and of whom no node knows were not there, unless their node is what is missing. */
    private static Acks withAbsent(Acks acks, Addressing addressing) {
        if (addressing.only() == null) {
            return acks;
        }
        AckTally tally = new AckTally();
        tally.add(acks);
        for (String peer : addressing.only()) {
            boolean onLostNode = acks.lostNodes().stream()
                    .anyMatch(node -> peer.startsWith(
                            node.substring(0, Math.min(SessionRegistry.NODE_TAG_LENGTH, node.length()))));
            if (!onLostNode && !addressing.except().contains(peer)) {
                tally.expect(peer);
            }
        }
        return tally.sum();
    }

    private static <T> CompletionStage<T> failed(Reason reason, String text) {
        return CompletableFuture.failedStage(new RequestException(reason, text));
    }
}
