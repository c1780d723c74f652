package io.roomcast.testkit;

/** A request of a peer. For the thread of the test. */
public final class OutgoingRequest {

    private final TestPeer peer;
    private final int id;
    private final String event;

    OutgoingRequest(TestPeer peer, int id, String event) {
        this.peer = peer;
        this.id = id;
        this.event = event;
    }

    /** Returns its id. */
    public int id() {
        return id;
    }

    /** Expects an answer, not an error, and returns it. */
    public ReceivedReply expectReply() {
        ReceivedReply reply = peer.reply(id, "an answer to its request " + this);
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
        ReceivedReply reply = peer.reply(id, "its request " + this + " to be refused with code " + code);
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
