package io.roomcast.testkit;

import com.google.protobuf.ByteString;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.transport.memory.MemoryClient;
import io.roomcast.runtime.transport.memory.MemoryTransport;
import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Cancel;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Leave;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Request;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A scripted client that speaks the protobuf subprotocol. A call sends something and pumps the cluster until it rests; what came
 * back is in {@link #messages()}, {@link #errors()} and the like, in the order of arrival. Its calls
 * belong to the test's thread.
 */
public final class TestPeer {

    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("test-peer.invalid", 1);

    private final TestCluster cluster;
    private MemoryClient connection;
    private final FrameReader reader = new FrameReader();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<Integer, RouteMeaning> routes = new HashMap<>();
    private final List<Received> messages = new ArrayList<>();
    private final Map<String, byte[]> snapshots = new HashMap<>();
    private final List<ReceivedError> errors = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final List<ReceivedRequest> requests = new ArrayList<>();
    private final List<ReceivedReply> replies = new ArrayList<>();
    private final List<Integer> cancelled = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private final ResumableStream stream = new ResumableStream();
    /** What an older connection still brings is not for this peer any more. */
    private Object current = this;

    private String id = "";
    private int closeCode;
    private String closeReason = "";
    private int nextRef = 1;
    private int webSocketMessages;
    private int nextRequest = 1;

    private record RouteMeaning(int room, String event) {}

    TestPeer(TestCluster cluster, MemoryTransport transport) {
        this.cluster = cluster;
        this.connection = connect(transport);
        cluster.settle();
    }

    private MemoryClient connect(MemoryTransport transport) {
        Object attempt = new Object();
        synchronized (this) {
            current = attempt;
        }
        return transport.connect(
                ADDRESS,
                new Handshake("/roomcast", Map.of(), Map.of(), "roomcast.v1.protobuf"),
                new MemoryClient.Listener() {
                    @Override
                    public void onMessage(MessageType type, byte[] payload) {
                        synchronized (TestPeer.this) {
                            if (current == attempt) {
                                webSocketMessages++;
                                reader.read(payload, TestPeer.this::arrived, TestPeer.this::arrivedOnRoute);
                            }
                        }
                    }

                    @Override
                    public void onClosed(int code, String reason) {
                        synchronized (TestPeer.this) {
                            if (current == attempt) {
                                closeCode = code;
                                closeReason = reason;
                            }
                        }
                    }
                });
    }

    // ---- what it does

    /** Says hello. */
    public void hello(String token) {
        sendLater(Frame.newBuilder()
                .setHello(Hello.newBuilder().setAgent("testkit").setToken(token)));
        cluster.settle();
    }

    /** Says hello as a client that can come back. It acknowledges every so many frames. */
    public void helloResumable(String token) {
        helloResumableLater(token);
        cluster.settle();
    }

    private synchronized void helloResumableLater(String token) {
        Hello.Builder hello = stream.hello().setAgent("testkit").setToken(token);
        connection.send(
                MessageType.BINARY,
                reader.batchOf(Frame.newBuilder().setHello(hello).build()));
    }

    /** Comes back to a node, after the loss of its connection or before, and goes on with its session. @param node from 1 */
    public void comeBack(int node) {
        comeBackLater(node, "");
        cluster.settle();
    }

    /** Comes back to a node without pumping the cluster. @param node from 1 */
    public void comeBackLater(int node, String token) {
        synchronized (this) {
            closeCode = 0;
            closeReason = "";
        }
        connection = connect(cluster.transport(node));
        helloResumableLater(token);
    }

    /** Returns whether its last welcome said that its session goes on. */
    public synchronized boolean isResumed() {
        return stream.isResumed();
    }

    /** Returns the token that resumes its session. */
    public synchronized String resumeToken() {
        return stream.token();
    }

    /** Shows another token when it comes back. */
    public synchronized void forgeToken(String token) {
        stream.forge(token);
    }

    /** Says that it has had so many frames, true or not, without pumping the cluster. */
    public void acknowledgeLater(long received) {
        connection.send(
                MessageType.BINARY,
                reader.batchOf(Frame.newBuilder()
                        .setAck(Ack.newBuilder().setReceived(received))
                        .build()));
    }

    /** Asks to join a room. */
    public void join(String room) {
        join(room, "");
    }

    /** Asks to join a room and says something to its handler. */
    public void join(String room, String request) {
        joinLater(room, request);
        cluster.settle();
    }

    /** Asks to join a room without pumping the cluster. */
    public void joinLater(String room, String request) {
        sendLater(Frame.newBuilder()
                .setJoin(Join.newBuilder()
                        .setRoom(room)
                        .setRef(nextRef++)
                        .setPayload(ByteString.copyFromUtf8(request))));
    }

    /** Asks to leave a room that it is in. */
    public void leave(String room) {
        sendLater(Frame.newBuilder()
                .setLeave(Leave.newBuilder().setRoom(number(room)).setRef(nextRef++)));
        cluster.settle();
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
        sendLater(Frame.newBuilder()
                .setMessage(Message.newBuilder()
                        .setRoom(number(room))
                        .setEvent(event)
                        .setTo(to)
                        .setPayload(ByteString.copyFromUtf8(text))));
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
        sendLater(Frame.newBuilder()
                .setRequest(Request.newBuilder()
                        .setRoom(number(room))
                        .setEvent(event)
                        .setId(request)
                        .setTimeoutMs(timeoutMillis)
                        .setPayload(ByteString.copyFromUtf8(text))));
        return request;
    }

    /** Does not wait any more for the answer to a request of its own, without pumping the cluster. */
    public void cancelLater(int request) {
        sendLater(Frame.newBuilder().setCancel(Cancel.newBuilder().setId(request)));
    }

    /** Answers a request that it got. */
    public void answer(int request, String text) {
        answerLater(request, text);
        cluster.settle();
    }

    /** Answers a request, or what it takes for one, without pumping the cluster. */
    public void answerLater(int request, String text) {
        sendLater(Frame.newBuilder()
                .setReply(Reply.newBuilder().setId(request).setPayload(ByteString.copyFromUtf8(text))));
    }

    /** Answers a request that it got with an error. */
    public void refuse(int request, int code, String reason) {
        sendLater(Frame.newBuilder()
                .setReply(Reply.newBuilder().setId(request).setCode(code).setReason(reason)));
        cluster.settle();
    }

    /** Sends a frame as it is, without pumping the cluster. */
    public void sendLater(Frame.Builder frame) {
        Frame sent = frame.build();
        synchronized (this) {
            if (!stream.sending(sent, this::name)) {
                return;
            }
        }
        sendBytesLater(reader.batchOf(sent));
    }

    /** Sends the bytes of a whole WebSocket message, right or wrong, without pumping the cluster. */
    public void sendBytesLater(byte[] bytes) {
        connection.send(MessageType.BINARY, bytes);
    }

    /** Closes the connection as a page does that is left. */
    public void close() {
        connection.close(1001, "");
        cluster.settle();
    }

    /** Loses the connection without a word. */
    public void cut() {
        connection.cut();
        cluster.settle();
    }

    /** Loses the connection without a word and without pumping the cluster. */
    public void cutLater() {
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

    // ---- what it saw

    /** Returns its id, empty before it is welcomed. */
    public synchronized String id() {
        return id;
    }

    /** Returns whether it was told that it is in a room. */
    public synchronized boolean isIn(String room) {
        return numbers.containsKey(room);
    }

    /** Returns the snapshot of the last {@code joined} of a room as text. */
    public synchronized String snapshot(String room) {
        return new String(snapshots.getOrDefault(room, new byte[0]), StandardCharsets.UTF_8);
    }

    /** Returns all messages. */
    public synchronized List<Received> messages() {
        return List.copyOf(messages);
    }

    /** Returns the messages of one room. */
    public synchronized List<Received> messages(String room) {
        return messages.stream().filter(message -> message.room().equals(room)).toList();
    }

    /** Returns the error frames. */
    public synchronized List<ReceivedError> errors() {
        return List.copyOf(errors);
    }

    /** Returns the requests it got, answered or not. */
    public synchronized List<ReceivedRequest> requests() {
        return List.copyOf(requests);
    }

    /** Returns the request it got last. */
    public synchronized ReceivedRequest lastRequest() {
        return requests.get(requests.size() - 1);
    }

    /** Returns the answers and refusals it got to its requests. */
    public synchronized List<ReceivedReply> replies() {
        return List.copyOf(replies);
    }

    /** Returns the ids of the requests it got for whose answers nobody waits any more. */
    public synchronized List<Integer> cancelled() {
        return List.copyOf(cancelled);
    }

    /** Returns the names of the rooms that it was told it has left. */
    public synchronized List<String> left() {
        return List.copyOf(left);
    }

    /** Returns every frame except messages on routes. */
    public synchronized List<Frame> frames() {
        return List.copyOf(frames);
    }

    /** Returns how many WebSocket messages came; one carries any number of frames. */
    public synchronized int webSocketMessages() {
        return webSocketMessages;
    }

    /** Returns the code with which its connection ended, 0 while it has not. */
    public synchronized int closeCode() {
        return closeCode;
    }

    /** Returns the reason with which its connection ended. */
    public synchronized String closeReason() {
        return closeReason;
    }

    @Override
    public synchronized String toString() {
        return "TestPeer[" + id + ", messages " + messages + ", errors " + errors
                + (closeCode == 0 ? "" : ", closed " + closeCode + " " + closeReason) + "]";
    }

    // ---- within

    private void arrived(Frame frame) {
        frames.add(frame);
        received(ResumableStream.isNumbered(frame));
        switch (frame.getBodyCase()) {
            case WELCOME -> {
                id = frame.getWelcome().getPeer();
                stream.welcomed(frame.getWelcome(), room -> numbers.getOrDefault(room, 0))
                        .forEach(again -> connection.send(MessageType.BINARY, reader.batchOf(again)));
            }
            case ACK -> stream.acknowledged(frame.getAck().getReceived());
            case MOVED -> {
                var moved = frame.getMoved();
                int before = number(moved.getRoom());
                numbers.put(moved.getRoom(), moved.getNumber());
                names.put(moved.getNumber(), moved.getRoom());
                routes.values().removeIf(meaning -> meaning.room() == before);
                moved.getRoutesList()
                        .forEach(route ->
                                routes.put(route.getRoute(), new RouteMeaning(moved.getNumber(), route.getEvent())));
            }
            case JOINED -> {
                var joined = frame.getJoined();
                numbers.put(joined.getRoom(), joined.getNumber());
                names.put(joined.getNumber(), joined.getRoom());
                snapshots.put(joined.getRoom(), joined.getSnapshot().toByteArray());
                joined.getRoutesList()
                        .forEach(route ->
                                routes.put(route.getRoute(), new RouteMeaning(joined.getNumber(), route.getEvent())));
            }
            case LEFT -> {
                String room = name(frame.getLeft().getRoom());
                left.add(room);
                numbers.remove(room);
            }
            case ROUTE ->
                routes.put(
                        frame.getRoute().getRoute(),
                        new RouteMeaning(
                                frame.getRoute().getRoom(), frame.getRoute().getEvent()));
            case MESSAGE -> {
                Message message = frame.getMessage();
                messages.add(new Received(
                        message.getRoom() == 0 ? "" : name(message.getRoom()),
                        message.getEvent(),
                        message.getFrom(),
                        message.getPayload().toByteArray()));
            }
            case REQUEST -> {
                Request request = frame.getRequest();
                requests.add(new ReceivedRequest(
                        request.getId(),
                        request.getRoom() == 0 ? "" : name(request.getRoom()),
                        request.getEvent(),
                        request.getFrom(),
                        request.getPayload().toByteArray()));
            }
            case REPLY -> {
                Reply reply = frame.getReply();
                replies.add(new ReceivedReply(
                        reply.getId(),
                        reply.getCode(),
                        reply.getReason(),
                        reply.getPayload().toByteArray()));
            }
            case CANCEL -> cancelled.add(frame.getCancel().getId());
            case ERROR -> {
                var error = frame.getError();
                errors.add(new ReceivedError(
                        error.getCode(), error.getText(), error.getRef(), error.getTerminal(), error.getRoom()));
            }
            default -> {
                // Kept in frames() for tests that look for it.
            }
        }
    }

    private void received(boolean numbered) {
        if (numbered && stream.received()) {
            acknowledgeLater(stream.receivedFrames());
        }
    }

    private void arrivedOnRoute(int route, byte[] payload) {
        received(true);
        RouteMeaning meaning = routes.get(route);
        if (meaning == null) {
            throw new AssertionError("message on route " + route + ", which was never defined; seed " + cluster.seed());
        }
        messages.add(new Received(name(meaning.room()), meaning.event(), "", payload));
    }

    private synchronized int number(String room) {
        Integer number = numbers.get(room);
        if (number == null) {
            throw new IllegalStateException(this + " is not in room " + room);
        }
        return number;
    }

    private String name(int number) {
        String name = names.get(number);
        if (name == null) {
            throw new AssertionError(
                    "frame for room number " + number + ", which was never told; seed " + cluster.seed());
        }
        return name;
    }
}
