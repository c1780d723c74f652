package io.roomcast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.roomcast.CloseCode;
import io.roomcast.HistoryPage;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.Roomcast;
import io.roomcast.RoomcastBuilder;
import io.roomcast.RoomcastException;
import io.roomcast.runtime.bridge.LocalHub;
import io.undertow.Handlers;
import io.undertow.Undertow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** Nodes as an application builds, mounts and stops them, over real sockets. */
class NodeOnSocketsTest {

    private static final RoomHandler RELAY = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).except(peer).send();
        }
    };

    private static RoomcastBuilder builder() {
        return Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .requireOrigin(false)
                .room("chat/{topic}", RELAY);
    }

    private static int portOf(Roomcast node) {
        return node.addresses().get(0).getPort();
    }

    private static JsonClient inRoom(int port) throws InterruptedException {
        JsonClient client = new JsonClient(port);
        client.send("{\"hello\":{}}\n{\"join\":{\"room\":\"chat/jazz\",\"ref\":1}}");
        assertThat(client.next()).contains("\"welcome\"");
        assertThat(client.next()).contains("\"joined\"");
        return client;
    }

    @Test
    void twoNodesOfOneJvmAreOneCluster() throws Exception {
        LocalHub hub = LocalHub.create();
        try (Roomcast one = builder().bridge(hub.bridge()).start();
                Roomcast two = builder().bridge(hub.bridge()).start()) {
            JsonClient ann = inRoom(portOf(one));
            JsonClient bea = inRoom(portOf(two));
            ann.send("{\"message\":{\"room\":\"chat/jazz\",\"event\":\"said\",\"text\":\"hi\"}}");
            assertThat(bea.next()).contains("\"event\":\"said\"", "\"text\":\"hi\"");
        }
    }

    @Test
    void aJoinRightBehindTheHelloIsAnsweredInTheMessageOfTheWelcome() throws Exception {
        try (Roomcast node = Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .requireOrigin(false)
                .room(
                        "chat/{topic}",
                        new RoomHandler() {},
                        RoomOptions.builder().nonBlocking().build())
                .start()) {
            JsonClient ann = new JsonClient(portOf(node));
            ann.send("{\"hello\":{}}\n{\"join\":{\"room\":\"chat/jazz\",\"ref\":1}}");
            assertThat(ann.nextMessage().lines())
                    .satisfiesExactly(
                            welcome -> assertThat(welcome).contains("\"welcome\""),
                            joined -> assertThat(joined).contains("\"joined\""));
        }
    }

    @Test
    void broadcastsWaitForOthersForAsLongAsTheNodeSays() throws Exception {
        try (Roomcast node = builder().flushWindow(Duration.ofMillis(200)).start()) {
            JsonClient ann = inRoom(portOf(node));
            JsonClient bea = inRoom(portOf(node));
            long said = System.nanoTime();
            ann.send("{\"message\":{\"room\":\"chat/jazz\",\"event\":\"said\",\"text\":\"hi\"}}");
            assertThat(bea.next()).contains("\"text\":\"hi\"");
            assertThat(Duration.ofNanos(System.nanoTime() - said)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void aNodeWithoutABridgeKeepsHistoryToo() throws Exception {
        try (Roomcast node = Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .requireOrigin(false)
                .room(
                        "chat/{topic}",
                        new RoomHandler() {
                            @Override
                            public void onMessage(Room room, Peer peer, Message message) {
                                room.broadcast(message).send();
                            }
                        },
                        RoomOptions.builder().history(10, Duration.ofMinutes(1)).build())
                .start()) {
            JsonClient ann = new JsonClient(portOf(node));
            ann.send("{\"hello\":{}}\n{\"join\":{\"room\":\"chat/jazz\",\"ref\":1}}");
            assertThat(ann.next()).contains("\"welcome\"");
            String epoch = ann.next().replaceAll(".*\"epoch\":\"([^\"]+)\".*", "$1");
            ann.send("{\"message\":{\"room\":\"chat/jazz\",\"event\":\"said\",\"text\":\"hi\"}}");
            assertThat(ann.next()).contains("\"event\":\"said\"", "\"offset\":1", "\"text\":\"hi\"");
            ann.send("{\"history\":{\"room\":\"chat/jazz\",\"ref\":2}}");
            assertThat(ann.next())
                    .contains("\"page\"", "\"entries\":[{\"offset\":1,\"event\":\"said\",\"text\":\"hi\"}]");
            JsonClient again = new JsonClient(portOf(node));
            again.send("{\"hello\":{}}\n{\"join\":{\"room\":\"chat/jazz\",\"ref\":1,\"epoch\":\"" + epoch + "\"}}");
            assertThat(again.next()).contains("\"welcome\"");
            assertThat(again.next())
                    .contains("\"joined\"", epoch, "\"missed\":1")
                    .doesNotContain("unrecoverable");
            assertThat(again.next()).contains("\"offset\":1", "\"text\":\"hi\"");
            HistoryPage page =
                    node.room("chat/jazz").history(5).toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(page.newest()).isEqualTo(1);
        }
    }

    @Test
    void aPeerAsksTheRoomAndTheRoomAsksAPeer() throws Exception {
        try (Roomcast node = Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .requireOrigin(false)
                .room("quotes/{market}", new RoomHandler() {
                    @Override
                    public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
                        return CompletableFuture.completedFuture(Message.of("price", request.text() + " 42.17"));
                    }
                })
                .start()) {
            JsonClient ann = new JsonClient(portOf(node));
            ann.send("{\"hello\":{}}\n{\"join\":{\"room\":\"quotes/xetra\",\"ref\":1}}");
            String id = ann.next().replaceAll(".*\"peer\":\"([^\"]+)\".*", "$1");
            assertThat(ann.next()).contains("\"joined\"");
            ann.send("{\"request\":{\"room\":\"quotes/xetra\",\"event\":\"price\",\"id\":7,\"text\":\"SAP\"}}");
            assertThat(ann.next()).contains("\"reply\"", "\"id\":7", "\"text\":\"SAP 42.17\"");

            var answer = node.room("quotes/xetra").request(id, Message.of("confirm", "buy 3"), Duration.ofSeconds(10));
            String asked = ann.next();
            assertThat(asked).contains("\"request\"", "\"event\":\"confirm\"", "\"text\":\"buy 3\"");
            String number = asked.replaceAll(".*\"id\":(\\d+).*", "$1");
            ann.send("{\"reply\":{\"id\":" + number + ",\"text\":\"yes\"}}");
            assertThat(answer.toCompletableFuture().get(10, TimeUnit.SECONDS).text())
                    .isEqualTo("yes");
        }
    }

    @Test
    void whatIsAskedInOneMessageIsAnsweredInOneAfterWhatTheHandlerSaid() throws Exception {
        try (Roomcast node = Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .requireOrigin(false)
                .room(
                        "quotes/{market}",
                        new RoomHandler() {
                            @Override
                            public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
                                if (request.event().equals("watch")) {
                                    peer.send(Message.of("watching", request.text()));
                                }
                                return CompletableFuture.completedFuture(Message.of("price", "42.17"));
                            }
                        },
                        RoomOptions.builder().nonBlocking().build())
                .start()) {
            JsonClient ann = new JsonClient(portOf(node));
            ann.send("{\"hello\":{}}\n{\"join\":{\"room\":\"quotes/xetra\",\"ref\":1}}");
            assertThat(ann.nextMessage()).contains("\"welcome\"", "\"joined\"");

            ann.send("{\"request\":{\"room\":\"quotes/xetra\",\"event\":\"price\",\"id\":7}}\n"
                    + "{\"request\":{\"room\":\"quotes/xetra\",\"event\":\"price\",\"id\":8}}");
            assertThat(ann.nextMessage().lines())
                    .satisfiesExactly(
                            first -> assertThat(first).contains("\"reply\"", "\"id\":7"),
                            second -> assertThat(second).contains("\"reply\"", "\"id\":8"));

            ann.send("{\"request\":{\"room\":\"quotes/xetra\",\"event\":\"watch\",\"id\":9,\"text\":\"SAP\"}}");
            assertThat(ann.nextMessage().lines())
                    .satisfiesExactly(
                            said -> assertThat(said).contains("\"watching\""),
                            answered -> assertThat(answered).contains("\"reply\"", "\"id\":9"));
        }
    }

    @Test
    void aStoppingNodeTellsItsPeersToReturnElsewhereAndRunsTheLastCallbacks() throws Exception {
        Queue<LeaveReason> left = new ConcurrentLinkedQueue<>();
        Roomcast node = Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .requireOrigin(false)
                .room("chat/{topic}", new RoomHandler() {
                    @Override
                    public void onLeave(Room room, Peer peer, LeaveReason reason) {
                        left.add(reason);
                    }
                })
                .start();
        JsonClient ann = inRoom(portOf(node));
        int port = portOf(node);
        var stopped = node.stop(Duration.ofSeconds(5));
        assertThat(ann.next()).contains("\"goAway\"", "\"reconnectAfterMs\":1000");
        assertThat(ann.closeCode()).isEqualTo(CloseCode.GOING_AWAY);
        stopped.toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(left).containsExactly(LeaveReason.NODE_STOPPING);
        assertThat(node.stats().connections()).isZero();
        assertThat(node.stats().rooms()).isZero();
        // The port is free again.
        try (ServerSocket again = new ServerSocket()) {
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress("127.0.0.1", port));
        }
        assertThat(node.stop(Duration.ZERO)).isSameAs(stopped);
    }

    @Test
    void aNodeMountedInAnApplicationsServerSharesItsPort() throws Exception {
        XnioWorker worker = Xnio.getInstance()
                .createWorker(
                        OptionMap.builder().set(Options.WORKER_IO_THREADS, 2).getMap());
        MountedNode mounted =
                MountedNode.start(Roomcast.builder().requireOrigin(false).room("chat/{topic}", RELAY), worker);
        Undertow server = Undertow.builder()
                .setWorker(worker)
                .addHttpListener(0, "127.0.0.1")
                .setHandler(
                        Handlers.path(exchange -> exchange.getResponseSender().send("the application"))
                                .addPrefixPath("/roomcast", mounted.handler()))
                .build();
        server.start();
        try {
            int port = ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
            JsonClient ann = inRoom(port);
            JsonClient bea = inRoom(port);
            ann.send("{\"message\":{\"room\":\"chat/jazz\",\"event\":\"said\",\"text\":\"hi\"}}");
            assertThat(bea.next()).contains("\"text\":\"hi\"");
            assertThat(mounted.node().addresses()).isEmpty();
            assertThat(get(port, "/anything")).isEqualTo("the application");
            assertThat(get(port, "/roomcast/client.js")).contains("roomcast.v1.");

            mounted.node().close();
            assertThat(ann.next()).contains("\"goAway\"");
            assertThat(ann.closeCode()).isEqualTo(CloseCode.GOING_AWAY);
            assertThat(get(port, "/anything")).isEqualTo("the application");
        } finally {
            server.stop();
            worker.shutdownNow();
        }
    }

    @Test
    void aNodeThatCannotStartLeavesNothingBehindAndSaysWhy() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            RoomcastBuilder builder = Roomcast.builder()
                    .listen(new InetSocketAddress("127.0.0.1", taken.getLocalPort()))
                    .room("chat/{topic}", RELAY);
            assertThatExceptionOfType(RoomcastException.class)
                    .isThrownBy(builder::start)
                    .withMessageStartingWith("cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": ");
        }
    }

    @Test
    void aBuilderThatLacksSomethingSaysWhat() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Roomcast.builder().room("chat/{topic}", RELAY).start())
                .withMessageContaining("listen(port)");
        assertThatIllegalStateException()
                .isThrownBy(() -> Roomcast.builder().listen(0).start())
                .withMessageContaining("room(pattern, handler)");
        RoomcastBuilder builder = builder();
        builder.start().close();
        assertThatIllegalStateException().isThrownBy(builder::start).withMessageContaining("one builder for each node");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.handlerThreads(0))
                .withMessageContaining("handlerThreads is 0");
    }

    @Test
    @SuppressWarnings({"DataFlowIssue", "NullAway"})
    void whatCannotBeIsRefusedWhereItIsSaid() {
        RoomcastBuilder builder = Roomcast.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.listen(99_999))
                .withMessage("port is 99999, expected 0 (any that is free) to 65535");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.room("chat/{topic}", null))
                .withMessage("handler");
        assertThatNullPointerException().isThrownBy(() -> builder.bridge(null)).withMessage("bridge");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.authenticator(null))
                .withMessage("authenticator");
    }

    @Test
    void aRoomThatNoPatternMatchesIsRefusedWhereItIsNamed() {
        try (Roomcast node = builder().start()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> node.room("nothing/like/this"))
                    .withMessageContaining("matches no declared pattern");
            assertThat(node.room("chat/jazz").parameters()).containsEntry("topic", "jazz");
            assertThat(node.peer("nobody-has-this-id")).isEmpty();
        }
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
