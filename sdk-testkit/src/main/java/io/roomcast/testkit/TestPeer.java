package io.roomcast.testkit;

import io.roomcast.HistoryPosition;
import io.roomcast.Peer;
import io.roomcast.runtime.wire.proto.Frame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A scripted client that speaks the protobuf subprotocol. A call sends something and pumps the cluster until it rests; what came
 * back is expected with {@link #expect} and its siblings, or looked at in {@link #messages()}, {@link #errors()} and the like, in the
 * order of arrival. Its calls belong to the test's thread.
 */
public final class TestPeer extends Expectations {

    private final TestCluster cluster;
    private TestNode node;
    private final String name;
    private final Diary diary;
    private final ClientSession session;
    private ClientWire connection;
    private final Map<String, Function<ReceivedRequest, String>> standingAnswers = new ConcurrentHashMap<>();
    private boolean strict;
    private int nextRef = 1;
    private int nextRequest = 1;

    TestPeer(TestCluster cluster, TestNode node, String name, Diary diary, ClientSession session) {
        super(cluster, diary, null, cluster.patience());
        this.cluster = cluster;
        this.node = node;
        this.name = name;
        this.diary = diary;
        this.session = session;
        this.connection = open();
        session.answerWith(this::answerByItself);
    }

    private ClientWire open() {
        ClientWire opened = node.open(name, session.attempt());
        session.connected(opened);
        return opened;
    }

    // ---- what it does

    /** Says hello. */
    public void hello(String token) {
        sendLater(PeerFrames.hello(token));
        cluster.awaitSoon(() -> !session.id().isEmpty() || session.closed().code() != 0);
    }

    /** Says hello as a client that can come back. It acknowledges every so many frames. */
    public void helloResumable(String token) {
        session.helloResumable(token);
        cluster.awaitSoon(() -> !session.id().isEmpty() || !isOpen());
    }

    /** Comes back to a node, after the loss of its connection or before, and goes on with its session. @param number from 1 */
    public void comeBack(int number) {
        comeBackLater(number, "");
        cluster.awaitSoon(() -> session.isWelcomed() || !isOpen());
    }

    /** Comes back to a node without pumping the cluster. @param number from 1 */
    public void comeBackLater(int number, String token) {
        node = cluster.node(number);
        diary.owner(name + " (" + node + ")");
        connection = open();
        session.helloResumable(token);
    }

    /** Returns whether its last welcome said that its session goes on. */
    public boolean isResumed() {
        return session.isResumed();
    }

    /** Returns the token that resumes its session. */
    public String resumeToken() {
        return session.resumeToken();
    }

    /** Shows another token when it comes back. */
    public void forgeToken(String token) {
        session.forgeToken(token);
    }

    /** Says that it has had so many frames, true or not, without pumping the cluster. */
    public void acknowledgeLater(long received) {
        session.acknowledge(received);
    }

    /** Asks to join a room; returns the room as this peer sees it, whether it was let in or not. */
    public TestRoom join(String room) {
        return join(room, "");
    }

    /** Asks to join a room and says something to its handler; returns the room as {@link #join(String)} does. */
    public TestRoom join(String room, String request) {
        joinLater(room, request);
        cluster.awaitSoon(() -> session.hasAnswered(nextRef - 1));
        return in(room);
    }

    /** Returns a room as this peer sees it, be it in there or not. */
    public TestRoom in(String room) {
        return new TestRoom(cluster, diary, this, room);
    }

    /** Asks to join a room without pumping the cluster. */
    public void joinLater(String room, String request) {
        sendLater(PeerFrames.join(room, nextRef++, request));
    }

    /** Asks to join a room in which another peer was, and to get what has happened since: the two are one client that came back. */
    public void rejoin(String room, TestPeer former) {
        rejoinLater(room, former.place(room), former.id());
        cluster.awaitSoon(() -> session.hasAnswered(nextRef - 1));
    }

    /** Asks to join a room, and to get what has happened since a place, without pumping the cluster. */
    public void rejoinLater(String room, HistoryPosition place, String formerId) {
        sendLater(PeerFrames.rejoin(room, nextRef++, place, formerId));
    }

    /** Asks for a page of the history of a room that it is in; returns the ref. The answer is in {@link #pages}. */
    public int readHistory(String room, long after, int limit) {
        int ref = nextRef++;
        sendLater(PeerFrames.history(number(room), ref, after, limit));
        cluster.settle();
        return ref;
    }

    /** Asks to leave a room that it is in. */
    public void leave(String room) {
        sendLater(PeerFrames.leave(number(room), nextRef++));
        cluster.awaitSoon(() -> session.hasAnswered(nextRef - 1));
    }

    /** Sends text into a room that it is in. */
    public void say(String room, String event, String text) {
        sayLater(room, event, text);
        cluster.settle();
    }

    /** Sends text into a room that it is in, without pumping the cluster. */
    public void sayLater(String room, String event, String text) {
        sayToLater(room, "", event, text);
    }

    /** Sends text addressed to another peer into a room that it is in, without pumping the cluster. */
    public void sayToLater(String room, String to, String event, String text) {
        sendLater(PeerFrames.message(number(room), event, to, text));
    }

    /** Asks something in a room that it is in; returns the request's id. The answer is in {@link #replies}. */
    public int ask(String room, String event, String text) {
        int request = askLater(room, event, text, 0);
        cluster.settle();
        return request;
    }

    /** Asks something in a room without pumping the cluster; 0 leaves the timeout to the server. Returns the request's id. */
    public int askLater(String room, String event, String text, int timeoutMillis) {
        int request = nextRequest++;
        sendLater(PeerFrames.request(number(room), request, event, text, timeoutMillis));
        return request;
    }

    /** Does not wait any more for the answer to a request of its own, without pumping the cluster. */
    public void cancelLater(int request) {
        sendLater(PeerFrames.cancel(request));
    }

    /** Answers every request with this event from now on, as it comes. Such requests need not be expected. */
    public void answerAll(String event, Function<ReceivedRequest, String> answer) {
        standingAnswers.put(event, answer);
    }

    /** Answers a request that it got. */
    public void answer(int request, String text) {
        answerLater(request, text);
        cluster.settle();
    }

    /** Answers a request, or what it takes for one, without pumping the cluster. */
    public void answerLater(int request, String text) {
        sendLater(PeerFrames.answer(request, text));
    }

    /** Answers a request that it got with an error. */
    public void refuse(int request, int code, String reason) {
        sendLater(PeerFrames.refusal(request, code, reason));
        cluster.settle();
    }

    /** Sends a frame as it is, without pumping the cluster. */
    public void sendLater(Frame.Builder frame) {
        session.sendFrame(frame.build());
    }

    /** Sends the bytes of a whole WebSocket message, right or wrong, without pumping the cluster. */
    public void sendBytesLater(byte[] bytes) {
        connection.send(bytes);
    }

    /** Closes the connection as a page does that is left. */
    public void close() {
        session.endsItself();
        connection.close(1001, "");
        cluster.awaitSoon(() -> !isOpen());
    }

    /** Loses the connection without a word. */
    public void cut() {
        session.endsItself();
        connection.cut();
        cluster.awaitSoon(() -> !isOpen());
    }

    /** Loses the connection without a word and without pumping the cluster. */
    public void cutLater() {
        session.endsItself();
        connection.cut();
    }

    /** Stops reading. */
    public void stall() {
        connection.stall();
        cluster.settle();
    }

    /** Reads again. */
    public void resume() {
        connection.resume();
        cluster.settle();
    }

    // ---- what it expects

    /**
     * Objects to what the test did not expect: a message, request, reply, error, gap or end of its connection that no expectation has taken
     * when the test ends makes {@link TestCluster#verify} fail. {@link TestCluster.Builder#strict} makes all peers strict.
     */
    public TestPeer strict() {
        strict = true;
        return this;
    }

    /** Expects its connection to be closed by the server with this code; returns the reason. */
    public String expectClosed(int code) {
        return closed(code);
    }

    /** Expects to be told that its node is about to close the connection. */
    public void expectGoAway() {
        goAway();
    }

    // ---- what it saw

    /** Returns what people call it. */
    public String name() {
        return name;
    }

    /** Returns the node that it is connected to. */
    public TestNode node() {
        return node;
    }

    /** Returns the node's handle of this peer. */
    public Peer onServer() {
        return node.roomcast().peer(id()).orElseThrow(() -> failure("is not served by " + node + " (any more)"));
    }

    /** Returns everything it saw, in order. */
    public List<Seen> seen() {
        return diary.all();
    }

    /** Returns its id, empty before it is welcomed. */
    public String id() {
        return session.id();
    }

    /** Returns whether it was told that it is in a room. */
    public boolean isIn(String room) {
        return session.isIn(room);
    }

    /** Returns the snapshot of the last {@code joined} of a room as text. */
    public String snapshot(String room) {
        return new String(session.snapshot(room), StandardCharsets.UTF_8);
    }

    /** Returns all messages. */
    public List<Received> messages() {
        return diary.contents(Seen.Kind.MESSAGE, Received.class);
    }

    /** Returns the messages of one room. */
    public List<Received> messages(String room) {
        return messages().stream()
                .filter(message -> message.room().equals(room))
                .toList();
    }

    /** Returns the error frames. */
    public List<ReceivedError> errors() {
        return diary.contents(Seen.Kind.ERROR, ReceivedError.class);
    }

    /** Returns the requests it got, answered or not. */
    public List<ReceivedRequest> requests() {
        return diary.contents(Seen.Kind.REQUEST, ReceivedRequest.class);
    }

    /** Returns the request it got last. */
    public ReceivedRequest lastRequest() {
        List<ReceivedRequest> all = requests();
        return all.get(all.size() - 1);
    }

    /** Returns the answers and refusals it got to its requests. */
    public List<ReceivedReply> replies() {
        return diary.contents(Seen.Kind.REPLY, ReceivedReply.class);
    }

    /** Returns the ids of the requests it got for whose answers nobody waits any more. */
    public List<Integer> cancelled() {
        return diary.contents(Seen.Kind.CANCEL, Integer.class);
    }

    /** Returns the names of the rooms that it was told it has left. */
    public List<String> left() {
        return diary.contents(Seen.Kind.LEFT, ClientSession.Left.class).stream()
                .map(ClientSession.Left::room)
                .toList();
    }

    /** Returns its place in the history of a room: the one that it would come back with. */
    public HistoryPosition place(String room) {
        return session.place(room);
    }

    /** Returns the places, in the history of a room, of the messages it got there since it joined last. */
    public List<Long> offsets(String room) {
        return session.offsets(room);
    }

    /** Returns whether it was told, when it joined a room last, that it cannot get what it has missed. */
    public boolean isUnrecoverable(String room) {
        return session.isUnrecoverable(room);
    }

    /** Returns the pages of histories it got. */
    public List<ReceivedPage> pages() {
        return session.pages();
    }

    /** Returns every frame except messages on routes. */
    public List<Frame> frames() {
        return session.frames();
    }

    /** Returns how many WebSocket messages came; one carries any number of frames. */
    public int webSocketMessages() {
        return session.webSocketMessages();
    }

    /** Returns the code with which its connection ended, 0 while it has not. */
    public int closeCode() {
        return session.closed().code();
    }

    /** Returns the reason with which its connection ended. */
    public String closeReason() {
        return session.closed().reason();
    }

    /** Returns what it saw, as a failing expectation prints it. */
    @Override
    public String toString() {
        return diary.story(cluster.now());
    }

    // ---- within

    /** Pumps the cluster. */
    void settle() {
        cluster.settle();
    }

    boolean isStrict() {
        return strict;
    }

    boolean isOpen() {
        return closeCode() == 0;
    }

    Diary diary() {
        return diary;
    }

    /** On the connection's loop. */
    private boolean answerByItself(ReceivedRequest request) {
        Function<ReceivedRequest, String> answer = standingAnswers.get(request.event());
        if (answer == null) {
            return false;
        }
        answerLater(request.id(), answer.apply(request));
        return true;
    }

    private int number(String room) {
        return session.number(room);
    }
}
