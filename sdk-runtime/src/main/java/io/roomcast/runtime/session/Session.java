package io.roomcast.runtime.session;

import io.roomcast.Attributes;
import io.roomcast.CloseCode;
import io.roomcast.Identity;
import io.roomcast.LeaveReason;
import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Refusal;
import io.roomcast.SendOutcome;
import io.roomcast.runtime.outbound.policy.Holdings;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.WireFormat;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One welcomed peer.
 *
 * <p>The {@link Peer} methods may be called from any thread. The others belong to the peer's loop, which alone changes
 * {@code memberships} and {@code open}; both are volatile because other threads read them.
 */
public final class Session implements Peer {

    private static final Membership[] NONE = {};
    private static final int MAX_CLOSE_REASON_BYTES = 123;
    private static final int MAX_LEAVE_REASON_BYTES = 255;

    private final String id;
    private final Identity identity;
    private final SessionRegistry registry;
    private final Link link;
    private final Inbox inbox;
    private final RequestsOfPeer requestsOfPeer;
    private final RequestsToPeer requestsToPeer;
    private final PeerAttributes attributes = new PeerAttributes();
    /** Bytes that were handed to the loop and that the loop has not yet queued. */
    private final AtomicInteger handedOver = new AtomicInteger();

    /** There once a delivery policy had a message for it. On its loop. */
    private @Nullable Holdings holdings;

    private volatile Membership[] memberships = NONE;
    private volatile boolean open = true;
    /** Completed when the backlog is gone, or the peer. Touched on the loop only. */
    private @Nullable CompletableFuture<Boolean> waitingForDrain;

    Session(String id, Identity identity, SessionRegistry registry, Link link) {
        this.id = id;
        this.identity = identity;
        this.registry = registry;
        this.link = link;
        Limits limits = registry.limits();
        this.inbox = new Inbox(link.connection().loop(), link, limits.inboxMessagesPerPeer());
        this.requestsOfPeer = new RequestsOfPeer(this, link, limits, registry.telemetry());
        this.requestsToPeer = new RequestsToPeer(this, link, limits.maxOpenRequestsPerPeer(), registry.telemetry());
    }

    // ---- for applications, from any thread

    @Override
    public String id() {
        return id;
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return link.connection().remoteAddress();
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public Set<String> rooms() {
        Set<String> names = new LinkedHashSet<>();
        for (Membership membership : memberships) {
            if (membership.isActive()) {
                names.add(membership.roomName());
            }
        }
        return names;
    }

    @Override
    public SendOutcome send(Message message) {
        registry.checkSize(message);
        if (!open) {
            return SendOutcome.CLOSED;
        }
        Chunk chunk = link.format().message(null, null, message);
        if (handedOver.addAndGet(chunk.size()) > registry.limits().outboundBytesPerPeer()) {
            handedOver.addAndGet(-chunk.size());
            close(CloseCode.TOO_SLOW, registry.tooSlowReason(), true);
            return SendOutcome.CLOSED;
        }
        // Through the loop's queue even from the loop itself: broadcasts sent before this message are in that queue.
        loop().execute(() -> {
            handedOver.addAndGet(-chunk.size());
            if (holdings != null) {
                holdings.barrier();
            }
            offer(chunk, false);
        });
        return SendOutcome.QUEUED;
    }

    @Override
    public CompletionStage<Message> request(Message message, Duration timeout) {
        registry.checkSize(message);
        int millis = registry.checkTimeout(timeout);
        return requestsToPeer.request(null, registry.nextRequestId(), message, millis);
    }

    @Override
    public CompletionStage<Boolean> whenWritable() {
        CompletableFuture<Boolean> caughtUp = new CompletableFuture<>();
        loop().execute(() -> {
            if (!open) {
                caughtUp.complete(false);
            } else if (link.outbound().isDrained()) {
                caughtUp.complete(true);
            } else {
                if (waitingForDrain == null) {
                    waitingForDrain = new CompletableFuture<>();
                }
                waitingForDrain.thenAccept(caughtUp::complete);
            }
        });
        return caughtUp;
    }

    @Override
    public CompletionStage<Optional<Refusal>> join(String room) {
        return registry.rooms().join(this, room);
    }

    @Override
    public CompletionStage<Boolean> leave(String room, String reason) {
        checkBytes("reason", reason, MAX_LEAVE_REASON_BYTES);
        CompletableFuture<Boolean> left = new CompletableFuture<>();
        loop().execute(() -> left.complete(registry.rooms().leave(this, room, reason)));
        return left;
    }

    @Override
    public void close(int code, String reason) {
        boolean allowed = code == CloseCode.NORMAL
                || (code >= 3000 && code <= 3999)
                || (code >= CloseCode.FIRST_APPLICATION_CODE && code <= 4999);
        if (!allowed) {
            throw new IllegalArgumentException("code is " + code + ", expected 1000, 3000 to 3999 or 4500 to 4999");
        }
        checkBytes("reason", reason, MAX_CLOSE_REASON_BYTES);
        close(code, reason, false);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    /** By id, so that a set of peers has the same order in every run with the same ids. */
    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "Peer[" + id + "]";
    }

    // ---- for the floors above

    /** Returns the loop to which the peer belongs. From any thread. */
    public EventLoop loop() {
        return link.connection().loop();
    }

    /** Returns the subprotocol it speaks. From any thread. */
    public WireFormat format() {
        return link.format();
    }

    /** Holds what it has asked. On its loop. */
    RequestsOfPeer requestsOfPeer() {
        return requestsOfPeer;
    }

    /** Holds what it has been asked. */
    public RequestsToPeer requestsToPeer() {
        return requestsToPeer;
    }

    /** Counts its messages that wait for handlers. */
    public Inbox inbox() {
        return inbox;
    }

    /** Queues encoded bytes for it. On its loop. */
    public SendOutcome offer(Chunk chunk, boolean droppable) {
        return link.outbound().offer(chunk, droppable);
    }

    /** Returns where delivery policies hold messages back for it. On its loop. */
    public Holdings holdings() {
        Holdings known = holdings;
        if (known == null) {
            known = new Holdings(link.outbound(), registry.policyLoops().of(loop()));
            holdings = known;
            link.outbound().attach(known);
        }
        return known;
    }

    /** Returns the same, or null if nothing was ever held back for it. On its loop. */
    public @Nullable Holdings heldOrNull() {
        return holdings;
    }

    /** Tells it an error that ends nothing. On its loop. */
    public void error(int code, String text, int ref, String room) {
        link.error(code, text, ref, room);
    }

    /** Returns the rooms it is in or on its way into. Changed on its loop only. */
    public Membership[] memberships() {
        return memberships;
    }

    /** Returns its membership of a room, active or not, or null. */
    public @Nullable Membership membership(String room) {
        for (Membership membership : memberships) {
            if (membership.roomName().equals(room)) {
                return membership;
            }
        }
        return null;
    }

    /** Returns its active membership of the room with this number, or null. */
    public @Nullable Membership membership(int roomNumber) {
        for (Membership membership : memberships) {
            if (membership.roomNumber() == roomNumber && membership.isActive()) {
                return membership;
            }
        }
        return null;
    }

    /** Adds a membership. On its loop. */
    public void add(Membership membership) {
        Membership[] more = Arrays.copyOf(memberships, memberships.length + 1);
        more[memberships.length] = membership;
        memberships = more;
    }

    /** Removes a membership. On its loop. */
    public void remove(Membership membership) {
        Membership[] current = memberships;
        for (int i = 0; i < current.length; i++) {
            if (current[i] == membership) {
                Membership[] fewer = current.length == 1 ? NONE : new Membership[current.length - 1];
                System.arraycopy(current, 0, fewer, 0, i);
                System.arraycopy(current, i + 1, fewer, i, current.length - i - 1);
                memberships = fewer;
                return;
            }
        }
    }

    /** Sends go-away and closes. From any thread. */
    void dismiss(int reconnectAfterMillis, String reason) {
        loop().execute(() -> {
            link.outbound().releaseHeld();
            link.outbound().offer(link.format().goAway(reconnectAfterMillis, reason));
            link.end(CloseCode.GOING_AWAY, reason);
        });
    }

    /** Nothing waits for the peer any more. On its loop. */
    void drained() {
        settleDrain(true);
    }

    /** The connection is about to be closed: nothing more is taken for it. On its loop. */
    void shut() {
        open = false;
        requestsOfPeer.closed();
        requestsToPeer.closed();
        settleDrain(false);
    }

    private void settleDrain(boolean caughtUp) {
        CompletableFuture<Boolean> waiting = waitingForDrain;
        if (waiting != null) {
            waitingForDrain = null;
            waiting.complete(caughtUp);
        }
    }

    /** The connection is gone. On its loop. */
    void ended(LeaveReason reason) {
        shut();
        registry.rooms().closed(this, reason);
    }

    private void close(int code, String reason, boolean discard) {
        loop().execute(() -> {
            if (discard) {
                link.outbound().discard();
            }
            link.end(code, reason);
        });
    }

    private static void checkBytes(String name, String value, int most) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > most) {
            throw new IllegalArgumentException(name + " has " + bytes + " UTF-8 bytes, expected at most " + most);
        }
    }
}
