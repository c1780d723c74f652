package io.roomcast.testkit.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.Roomcast;
import io.roomcast.testkit.scenario.Subprotocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Subprotocol.class)
class SocketPeerTest {

    private static final RoomHandler CHAT = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).except(peer).send();
        }

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return CompletableFuture.completedFuture(Message.of("echo", request.bytes()));
        }
    };

    private final Subprotocol subprotocol;
    private final boolean text;
    private final SocketLoop loop = new SocketLoop(System::nanoTime, 0, 1);
    private Roomcast node;
    private Target target;

    SocketPeerTest(Subprotocol subprotocol) {
        this.subprotocol = subprotocol;
        this.text = subprotocol == Subprotocol.JSON;
    }

    @BeforeEach
    void start() {
        node = Roomcast.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .limits(Limits.builder().maxMessagesPerSecond(2000).build())
                .room("chat/{topic}", CHAT)
                .start();
        target = Target.of("ws://127.0.0.1:" + node.addresses().get(0).getPort());
    }

    @AfterEach
    void stop() {
        loop.close();
        node.close();
    }

    @Test
    void whatOnePeerSaysTheOthersHear() {
        Client ann = new Client();
        Client bob = new Client();
        ann.enter();
        bob.enter();
        ann.peer.send("chat/jazz", "say", "", bytes("one"));
        ann.peer.send("chat/jazz", "say", "", bytes("two"));

        await("bob to hear both", () -> bob.heard.size() == 2);
        assertThat(bob.heard).containsExactly("chat/jazz say one", "chat/jazz say two");
        assertThat(ann.heard).isEmpty();
    }

    @Test
    void aRequestIsAnswered() {
        Client ann = new Client();
        ann.enter();
        ann.peer.request("chat/jazz", "echo", 7, 0, bytes("hello"));

        await("the reply", () -> ann.replies.size() == 1);
        assertThat(ann.replies).containsExactly("7 0 hello");
    }

    @Test
    void whoLeavesHearsNothingMore() {
        Client ann = new Client();
        Client bob = new Client();
        ann.enter();
        bob.enter();
        bob.peer.leave("chat/jazz", 2);
        await("bob to be out", () -> !bob.peer.isIn("chat/jazz"));
        ann.peer.send("chat/jazz", "say", "", bytes("gone?"));
        ann.peer.request("chat/jazz", "echo", 1, 0, bytes("after it"));

        await("what was said to be handled", () -> ann.replies.size() == 1);
        assertThat(bob.heard).isEmpty();
    }

    @Test
    void aClientThatEndsCanComeBack() {
        Client ann = new Client();
        ann.enter();
        String before = ann.peer.id();
        ann.peer.close();
        await("the end", () -> ann.ending != null);
        assertThat(ann.ending.kind()).isEqualTo(Ending.Kind.OURS);

        ann.enter();
        assertThat(ann.peer.id()).isNotEqualTo(before);
    }

    @Test
    void aSessionGoesOnOverANewConnectionAndNothingIsLostOrDoubled() {
        Client ann = new Client();
        Client bob = new Client();
        ann.enter();
        bob.enter();
        String before = bob.peer.id();
        ann.peer.send("chat/jazz", "say", "", bytes("one"));
        await("bob to hear it", () -> bob.heard.size() == 1);
        bob.peer.socket().cut();
        assertThat(bob.peer.canResume()).isTrue();
        ann.peer.send("chat/jazz", "say", "", bytes("two"));
        ann.peer.request("chat/jazz", "echo", 1, 0, bytes("x"));
        await("what was said to be handled", () -> ann.replies.size() == 1);

        bob.enter();
        assertThat(bob.resumed).isTrue();
        assertThat(bob.peer.id()).isEqualTo(before);
        ann.peer.send("chat/jazz", "say", "", bytes("three"));
        await("bob to hear it all", () -> bob.heard.size() == 3);
        assertThat(bob.heard).containsExactly("chat/jazz say one", "chat/jazz say two", "chat/jazz say three");
    }

    @Test
    void whatTheServerDidNotGetIsSentAgain() {
        Client ann = new Client();
        Client bob = new Client();
        ann.enter();
        bob.enter();
        for (int i = 0; i < 5; i++) {
            ann.peer.send("chat/jazz", "say", "", bytes("m" + i));
        }
        // Cut before the loop has had a turn: none of it has left.
        ann.peer.socket().cut();
        ann.enter();
        assertThat(ann.resumed).isTrue();
        await("bob to hear it all", () -> bob.heard.size() >= 5);
        assertThat(bob.heard)
                .containsExactly(
                        "chat/jazz say m0",
                        "chat/jazz say m1",
                        "chat/jazz say m2",
                        "chat/jazz say m3",
                        "chat/jazz say m4");
    }

    @Test
    void whatIsHadIsAcknowledgedSoThatTheServerKeepsNothing() {
        Client ann = new Client();
        Client bob = new Client();
        ann.enter();
        bob.enter();
        for (int i = 0; i < 1000; i++) {
            ann.peer.send("chat/jazz", "say", "", bytes("m" + i));
        }
        await("bob to hear it all", () -> bob.heard.size() == 1000);
        for (int times = 0; times < 3; times++) {
            bob.peer.socket().cut();
            bob.enter();
            assertThat(bob.resumed).isTrue();
        }
        assertThat(bob.heard).hasSize(1000);
    }

    @Test
    void aRefusedUpgradeIsToldWithItsStatus() {
        Client lost = new Client();
        lost.peer.connect(Target.of(target.url() + "/nowhere"), "", 0);
        await("the end", () -> lost.ending != null);
        assertThat(lost.ending.kind()).isEqualTo(Ending.Kind.REFUSED);
        assertThat(lost.ending.code()).isEqualTo(404);
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() {
        Client lost = new Client();
        node.close();
        lost.peer.connect(target, "", 0);
        assertThat(lost.ending).as("told before connect returned").isNull();
        await("the end", () -> lost.ending != null);
        assertThat(lost.ending.kind()).isEqualTo(Ending.Kind.UNREACHABLE);
    }

    @Test
    void anUnmaskedFrameIsClosedWith1002() {
        assertThat(endingAfter(socket -> socket.sendUnmasked(false, new byte[] {1})))
                .isEqualTo(1002);
    }

    @Test
    void anOversizedMessageIsClosedWith1009() {
        assertThat(endingAfter(socket -> socket.send(text, new byte[70_000]))).isEqualTo(1009);
    }

    @Test
    void aMalformedMessageIsClosedWith4000() {
        assertThat(endingAfter(socket ->
                        socket.send(text, text ? bytes("{\"join\":").array() : new byte[] {(byte) 0xff, 1})))
                .isEqualTo(4000);
    }

    @Test
    void aMessageOfTheWrongTypeIsClosedWith1003() {
        assertThat(endingAfter(socket -> socket.send(!text, bytes("{}").array())))
                .isEqualTo(1003);
    }

    @Test
    void aFloodIsClosedWith4003() {
        assertThat(endingAfter(socket -> {
                    byte[] frame = text ? bytes("{\"cancel\":{}}").array() : new byte[] {0x0a, 0x03, 0x00, 0x62, 0x00};
                    for (int i = 0; i < 8000; i++) {
                        socket.send(text, frame);
                    }
                }))
                .isEqualTo(4003);
    }

    @Test
    void whoFallsSilentIsClosedWith4005() {
        node.close();
        node = Roomcast.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .limits(Limits.builder()
                        .pingInterval(Duration.ofMillis(300))
                        .pongTimeout(Duration.ofMillis(300))
                        .build())
                .room("chat/{topic}", CHAT)
                .start();
        target = Target.of("ws://127.0.0.1:" + node.addresses().get(0).getPort());
        Client ann = new Client();
        ann.enter();
        ann.peer.fallSilent();
        await("the server to close", () -> ann.ending != null);
        assertThat(ann.ending.code()).as(ann.ending.toString()).isEqualTo(4005);
    }

    private static byte[] encoded(io.roomcast.runtime.wire.proto.Frame.Builder frame) {
        Draft draft = new Draft();
        Batches.SHARED.write(frame, draft);
        return java.util.Arrays.copyOf(draft.array(), draft.size());
    }

    @Test
    void aMessageInFragmentsIsTaken() {
        Client ann = new Client();
        Client bob = new Client();
        ann.enter();
        bob.enter();
        // A message of event "e", spelled out, in frames of one byte.
        byte[] batch = text
                ? bytes("{\"message\":{\"room\":\"chat/jazz\",\"event\":\"e\"}}")
                        .array()
                : encoded(io.roomcast.runtime.wire.proto.Frame.newBuilder()
                        .setMessage(io.roomcast.runtime.wire.proto.Message.newBuilder()
                                .setRoom(1)
                                .setEvent("e")));
        ann.peer.socket().sendFragmented(text, batch, 1, true);
        await("bob to hear it", () -> !bob.heard.isEmpty() || !ann.errors.isEmpty());
        assertThat(bob.heard).containsExactly("chat/jazz e ");
    }

    @Test
    void bytesThatAreNoTextArriveAsTheyWere() {
        Client ann = new Client();
        Client bob = new Client();
        ann.enter();
        bob.enter();
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        ann.peer.send("chat/jazz", "say", "", ByteBuffer.wrap(all));
        await("bob to hear it", () -> bob.heard.size() == 1);
        assertThat(bob.last).isEqualTo(all);
    }

    @Test
    void whoComesBackInTheOtherSubprotocolBeginsAnew() {
        Client ann = new Client();
        Client bob = new Client();
        ann.enter();
        bob.enter();
        ann.peer.socket().cut();
        ann.peer.speak(text ? Subprotocol.PROTOBUF : Subprotocol.JSON);
        assertThat(ann.peer.canResume()).isFalse();
        ann.enter();
        assertThat(ann.resumed).isFalse();
        bob.peer.send("chat/jazz", "say", "", bytes("hello"));
        await("ann to hear it", () -> ann.heard.size() == 1);
    }

    @Test
    void aPeerThatGoesThroughManyRoomsRemembersThoseItIsIn() {
        Client ann = new Client();
        ann.enter();
        for (int i = 0; i < 50; i++) {
            String room = "chat/" + i;
            ann.peer.join(room, 2);
            await("the room", () -> ann.peer.isIn(room));
            ann.peer.leave(room, 3);
            await("to be out", () -> !ann.peer.isIn(room));
        }
        ann.peer.request("chat/jazz", "echo", 7, 0, bytes("hello"));
        await("the reply", () -> ann.replies.size() == 1);
        assertThat(ann.errors).isEmpty();
    }

    @Test
    void aResetIsNoticedByTheServer() {
        Client ann = new Client();
        ann.enter();
        ann.peer.socket().reset();
        await("the server to notice", () -> node.stats().connections() == 0);
    }

    @Test
    void whoDoesNotReadHearsItAllLater() {
        Client ann = new Client();
        Client bob = new Client();
        ann.enter();
        bob.enter();
        bob.peer.socket().read(false);
        ann.peer.send("chat/jazz", "say", "", bytes("later"));
        ann.peer.request("chat/jazz", "echo", 1, 0, bytes("x"));
        await("what was said to be handled", () -> ann.replies.size() == 1);
        assertThat(bob.heard).isEmpty();

        bob.peer.socket().read(true);
        await("bob to hear it", () -> bob.heard.size() == 1);
    }

    @Test
    void twoThousandConnectionsLaterTheyComeFromAnotherAddress() throws Exception {
        SourceAddresses sources = new SourceAddresses(3);
        InetSocketAddress first = sources.next();
        for (int i = 1; i < SourceAddresses.CONNECTIONS_PER_ADDRESS; i++) {
            assertThat(sources.next()).isEqualTo(first);
        }
        assertThat(sources.next()).isNotEqualTo(first);
        assertThat(sources.next().getAddress().isLoopbackAddress()).isTrue();
        assertThat(new SourceAddresses(4).next()).as("another process").isNotEqualTo(first);
    }

    private interface Bad {
        void misbehave(ClientSocket socket);
    }

    /** Returns the code with which the server closes a peer after it has misbehaved. */
    private int endingAfter(Bad bad) {
        Client ann = new Client();
        ann.enter();
        bad.misbehave(ann.peer.socket());
        await("the server to close", () -> ann.ending != null);
        assertThat(ann.ending.kind()).as(ann.ending.toString()).isEqualTo(Ending.Kind.CLOSED);
        return ann.ending.code();
    }

    private void await(String what, BooleanSupplier condition) {
        assertThat(loop.runUntil(condition, System.nanoTime() + TimeUnit.SECONDS.toNanos(10)))
                .as("waited 10 s for " + what)
                .isTrue();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private final class Client implements SocketPeer.Listener {
        private final SocketPeer peer = new SocketPeer(loop, this);
        private final List<String> heard = new ArrayList<>();
        private final List<String> replies = new ArrayList<>();
        private final List<Integer> errors = new ArrayList<>();
        private @Nullable Ending ending;
        private boolean resumed;
        private byte[] last = {};

        Client() {
            peer.speak(subprotocol);
        }

        void enter() {
            ending = null;
            peer.connect(target, "", 0);
            await("the room", () -> peer.isWelcomed() && peer.isIn("chat/jazz"));
        }

        @Override
        public void onWelcome(SocketPeer welcomed, boolean again) {
            resumed = again;
            if (!again) {
                peer.join("chat/jazz", 1);
            }
        }

        @Override
        public void onJoined(SocketPeer joined, String room, int ref) {}

        @Override
        public void onLeft(SocketPeer left, String room, int ref) {}

        @Override
        public void onMessage(SocketPeer of, String room, String event, ByteBuffer payload) {
            last = new byte[payload.remaining()];
            payload.duplicate().get(last);
            heard.add(room + " " + event + " " + StandardCharsets.UTF_8.decode(payload));
        }

        @Override
        public void onReply(SocketPeer of, int request, int code, ByteBuffer payload) {
            replies.add(request + " " + code + " " + StandardCharsets.UTF_8.decode(payload));
        }

        @Override
        public void onError(SocketPeer of, int code, String text, int ref, String room) {
            errors.add(code);
        }

        @Override
        public void onGap(SocketPeer of, String room, long missed) {}

        @Override
        public void onGoAway(SocketPeer of, int reconnectAfterMillis) {}

        @Override
        public void onEnded(SocketPeer of, boolean wasWelcomed, Ending how) {
            ending = how;
        }
    }
}
