package io.roomcast.runtime.room;

import io.roomcast.Acks;
import io.roomcast.ErrorCode;
import io.roomcast.Message;
import io.roomcast.Refusal;
import io.roomcast.RequestException.Reason;
import io.roomcast.runtime.session.Asker;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.transport.EventLoop;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The peers of one loop that are asked by an acknowledged broadcast: one timer for all of them. Confined to that loop. */
final class AckShare implements Asker {

    private final EventLoop loop;
    private final Asking asking;
    private final CompletableFuture<Acks> outcome;
    private final Map<String, Session> waiting = new LinkedHashMap<>();
    private final Map<String, Message> answers = new LinkedHashMap<>();
    private final Map<String, Refusal> refusals = new LinkedHashMap<>();
    private final Set<String> timedOut = new LinkedHashSet<>();
    private final Set<String> left = new LinkedHashSet<>();
    private int asked;
    private boolean allAsked;
    private EventLoop.@Nullable Timer timeout;

    private AckShare(EventLoop loop, Asking asking, CompletableFuture<Acks> outcome) {
        this.loop = loop;
        this.asking = asking;
        this.outcome = outcome;
    }

    /** Asks peers of a loop. @param askEach calls {@link #ask} for each of them, on the loop */
    static CompletableFuture<Acks> on(EventLoop loop, Asking asking, Consumer<AckShare> askEach) {
        CompletableFuture<Acks> outcome = new CompletableFuture<>();
        loop.execute(() -> {
            AckShare share = new AckShare(loop, asking, outcome);
            askEach.accept(share);
            share.await();
        });
        return outcome;
    }

    void ask(RoomMember member) {
        if (expect(member.session())) {
            ask(member.session(), member);
        }
    }

    /** Asks a peer that is not on this loop. @param handOver does what it is given when and where the peer is */
    void askLater(Session peer, Executor handOver) {
        if (expect(peer)) {
            handOver.execute(() -> ask(peer, asking.memberOf(peer)));
        }
    }

    private boolean expect(Session peer) {
        if (!peer.requestsToPeer().reserve()) {
            asking.telemetry().requestFailed(Reason.TOO_MANY);
            refusals.put(
                    peer.id(), new Refusal(ErrorCode.TOO_MANY_REQUESTS, "too many requests to this peer are open"));
            return false;
        }
        asked++;
        waiting.put(peer.id(), peer);
        return true;
    }

    /** On the peer's loop. */
    private void ask(Session peer, @Nullable RoomMember member) {
        if (member == null) {
            peer.requestsToPeer().refuseToAsk(this);
        } else {
            peer.requestsToPeer().ask(asking.id(), asking.encoded().in(peer.format()), this, member);
        }
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    private void await() {
        if (asked > 0) {
            asking.telemetry().delivered(asking.room(), asked, asking.message().size());
        }
        allAsked = true;
        if (!waiting.isEmpty()) {
            timeout = loop.schedule(asking.timeoutMillis(), this::timedOut);
        }
        endIfComplete();
    }

    @Override
    public void answered(Session peer, ByteBuffer payload) {
        waiting.remove(peer.id());
        if (asking.keep(payload.remaining())) {
            answers.put(peer.id(), Message.of(asking.message().event(), payload));
        } else {
            refusals.put(
                    peer.id(),
                    new Refusal(
                            ErrorCode.ANSWERS_TOO_LARGE,
                            "the answers have more than " + Asking.MOST_ANSWER_BYTES + " bytes"));
        }
        endIfComplete();
    }

    @Override
    public void refused(Session peer, Refusal refusal) {
        asking.telemetry().requestFailed(Reason.REFUSED);
        waiting.remove(peer.id());
        refusals.put(peer.id(), refusal);
        endIfComplete();
    }

    @Override
    public void gone(Session peer) {
        asking.telemetry().requestFailed(Reason.PEER_GONE);
        waiting.remove(peer.id());
        left.add(peer.id());
        endIfComplete();
    }

    private void timedOut() {
        List.copyOf(waiting.values()).forEach(peer -> {
            asking.telemetry().requestFailed(Reason.TIMED_OUT);
            peer.executeHereOr(() -> peer.requestsToPeer().abandon(asking.id()));
            timedOut.add(peer.id());
        });
        waiting.clear();
        endIfComplete();
    }

    private void endIfComplete() {
        if (allAsked && waiting.isEmpty()) {
            if (timeout != null) {
                timeout.cancel();
            }
            outcome.complete(new Acks(answers, refusals, timedOut, left, Set.of()));
        }
    }
}
