package io.roomcast.testkit;

/** A request that a peer got and has not answered. For the thread of the test. */
public final class IncomingRequest {

    private final TestPeer peer;
    private final ReceivedRequest request;

    IncomingRequest(TestPeer peer, ReceivedRequest request) {
        this.peer = peer;
        this.request = request;
    }

    /** Returns what was asked. */
    public ReceivedRequest received() {
        return request;
    }

    /** Returns the payload as text. */
    public String text() {
        return request.text();
    }

    /** Answers it. */
    public void reply(String text) {
        peer.answer(request.id(), text);
    }

    /** Answers it with an error. @param code one of the application's, 1000 to 1999 */
    public void refuse(int code, String reason) {
        peer.refuse(request.id(), code, reason);
    }

    /** Expects to be told that nobody waits for the answer any more. */
    public void expectCancel() {
        peer.cancel(request.id());
    }

    @Override
    public String toString() {
        return request.toString();
    }
}
