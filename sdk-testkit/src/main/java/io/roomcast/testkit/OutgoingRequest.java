package io.roomcast.testkit;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** A request of a peer. Its answer is waited for as long as the cluster is patient, and at least for the request's own time. For the test's thread. */
public final class OutgoingRequest {

    /** A server notices late that a request's time is over. */
    private static final Duration LATE = Duration.ofSeconds(1);

    private final TestPeer peer;
    private final int id;
    private final String event;
    private final Expectations answers;

    /** @param timeout zero = the server's */
    OutgoingRequest(TestCluster cluster, TestPeer peer, int id, String event, Duration timeout) {
        this.peer = peer;
        this.id = id;
        this.event = event;
        this.answers = peer.within(Collections.max(List.of(cluster.patience(), timeout.plus(LATE))));
    }

    /** Returns its id. */
    public int id() {
        return id;
    }

    /** Expects an answer, not an error, and returns it. */
    public ReceivedReply expectReply() {
        ReceivedReply reply = answers.reply(id, "an answer to its request " + this);
        if (reply.code() != 0) {
            throw peer.failure("expected an answer to its request " + this + ", and it was refused with code "
                    + reply.code() + ": " + reply.reason());
        }
        return reply;
    }

    /** Expects an answer with this text. */
    public ReceivedReply expectReply(String text) {
        ReceivedReply reply = expectReply();
        if (!reply.text().equals(text)) {
            throw peer.failure("expected its request " + this + " to be answered with " + Payloads.quoted(text)
                    + ", and the answer is " + Payloads.shown(reply.payload()));
        }
        return reply;
    }

    /** Expects an error with this code instead of an answer; returns its reason. */
    public String expectRefusal(int code) {
        ReceivedReply reply = answers.reply(id, "its request " + this + " to be refused with code " + code);
        if (reply.code() != code) {
            throw peer.failure("expected its request " + this + " to be refused with code " + code + ", and "
                    + (reply.code() == 0
                            ? "the answer is " + Payloads.shown(reply.payload())
                            : "the code is " + reply.code()));
        }
        return reply.reason();
    }

    /** Does not wait for the answer any more. */
    public void cancel() {
        peer.cancelLater(id);
        peer.settle();
    }

    @Override
    public String toString() {
        return "#" + id + " \"" + event + "\"";
    }
}
