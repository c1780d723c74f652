package io.roomcast;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * One client. The object is the node's handle of it: usable from any thread, also after the peer has gone, when sends
 * answer {@link SendOutcome#CLOSED}. Two handles of the same peer are equal.
 */
public interface Peer {

    /** Returns its id, unique in the cluster: 16 to 40 characters of {@code [A-Za-z0-9_-]}. Not a secret. */
    String id();

    /** Returns who the authenticator said it is. */
    Identity identity();

    /** Returns the client's address as its connection shows it, or its last one while it has none. */
    InetSocketAddress remoteAddress();

    /** Returns a place for the application to keep things about this peer on this node. */
    Attributes attributes();

    /** Returns the names of the rooms it is in, as they were at some moment during the call. */
    Set<String> rooms();

    /**
     * Sends a message to this peer alone, outside any room. Never blocks. In order with everything else this thread sends
     * to the peer.
     *
     * @return what is known at once: {@link SendOutcome#QUEUED} says that the message was handed to the peer's IO thread. If the
     *     peer turns out to be too slow there, it is closed with {@link CloseCode#TOO_SLOW}.
     * @throws IllegalArgumentException if the message is larger than {@link Limits#outboundBytesPerPeer()} less 1,024 bytes
     */
    SendOutcome send(Message message);

    /** Sends text. See {@link #send(Message)}. */
    default SendOutcome send(String event, String text) {
        return send(Message.of(event, text));
    }

    /**
     * Asks this peer, outside any room, and waits for its answer. In order with everything else this thread sends to the peer.
     * At most {@link Limits#maxOpenRequestsPerPeer()} of a peer are open at a time, those of {@link Room#request} and
     * {@link Broadcast#withAck} included; one more fails with {@link RequestException.Reason#TOO_MANY}.
     *
     * @param timeout how long the answer may take; 1 ms to {@link Limits#maxRequestTimeout()}. Noticed up to 100 ms late
     * @return completes with the answer, whose event is that of the message, or with a {@link RequestException}; exactly one of
     *     the two. On an IO thread: what hangs on it does not block. Cancelled, as a {@code CompletableFuture}, it tells
     *     the peer that nobody waits any more.
     * @throws IllegalArgumentException if the timeout is out of range, or the message larger than
     *     {@link Limits#outboundBytesPerPeer()} less 1,024 bytes
     */
    CompletionStage<Message> request(Message message, Duration timeout);

    /**
     * Waits until nothing waits for the peer any more: a pace for those who send it much.
     *
     * @return completes with true, at once or on the peer's IO thread, when everything sent so far has gone to the network; with
     *     false when the peer has gone
     */
    CompletionStage<Boolean> whenWritable();

    /**
     * Puts the peer into a room, as if it had asked: the room handler admits or refuses it.
     *
     * @return completes with empty when the peer is in the room (also if it was before), with the refusal otherwise; with
     *     {@link ErrorCode#PEER_GONE} when the peer left meanwhile
     */
    CompletionStage<Optional<Refusal>> join(String room);

    /**
     * Takes the peer out of a room.
     *
     * @param reason told to the client, for people; at most 255 UTF-8 bytes
     * @return completes with whether it was in the room
     */
    CompletionStage<Boolean> leave(String room, String reason);

    /**
     * Disconnects the peer.
     *
     * @param code {@link CloseCode#NORMAL}, or 3000 to 4999
     * @param reason told to the client, at most 123 UTF-8 bytes
     * @throws IllegalArgumentException if the code or the length is out of range
     */
    void close(int code, String reason);

    /**
     * Returns whether the node still serves the peer. A peer that lost its connection and may resume is served: it stays in its
     * rooms, and what it is sent waits for it.
     */
    boolean isOpen();

    /** Returns whether it has a connection at the moment, as far as is known. See {@link Limits#resumeWindow()}. */
    boolean isConnected();
}
