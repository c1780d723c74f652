package io.roomcast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.Roomcast;
import io.roomcast.it.requirement.RequiresNode;
import io.roomcast.runtime.bridge.LocalHub;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The browser client (in Node) and a node, over connections that are cut at any byte in either direction, a hundred times: each message,
 * signal and answer arrives once and in order, and nobody notices. The checks are in {@code survive-cuts.mjs}.
 */
@RequiresNode
class BrowserClientCutsTest {

    private static final Path CLIENT = Path.of(
            System.getProperty("basedir", "."),
            "../sdk-js-client/src/main/resources/META-INF/resources/roomcast/client.js");
    private static final int CUTS = Integer.getInteger("roomcast.cuts", 100);
    private static final long SEED = Long.getLong("roomcast.seed", System.nanoTime() & 0x3fff_ffff);

    /** Everybody hears everything, but what has an addressee where that is heeded; and who comes and goes. */
    private record Talk(boolean heedingAddressees) implements RoomHandler {

        @Override
        public void onJoin(Room room, Peer peer) {
            room.broadcast("presence", "joined " + peer.id()).except(peer).send();
        }

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            var broadcast = room.broadcast(message).from(peer);
            message.to()
                    .filter(to -> heedingAddressees)
                    .map(broadcast::toPeers)
                    .orElse(broadcast)
                    .send();
        }

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return CompletableFuture.completedFuture(request);
        }

        @Override
        public void onLeave(Room room, Peer peer, LeaveReason reason) {
            room.broadcast("presence", "left " + peer.id() + " " + reason).send();
        }
    }

    @BeforeAll
    static void install() throws Exception {
        NodeProgram.install();
    }

    @ParameterizedTest
    @ValueSource(strings = {"protobuf", "json"})
    void aHundredCutsAnywhereLoseNothingAndDoubleNothing(String subprotocol) throws Exception {
        try (Roomcast node = node(LocalHub.create(), new Talk(true))) {
            survive(subprotocol, node);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"protobuf", "json"})
    void norDoTheyWhenEachConnectionGoesToOneOfTwoNodes(String subprotocol) throws Exception {
        LocalHub hub = LocalHub.create();
        try (Roomcast one = node(hub, new Talk(false));
                Roomcast two = node(hub, new Talk(false))) {
            survive(subprotocol, one, two);
        }
    }

    private static void survive(String subprotocol, Roomcast... nodes) throws Exception {
        Stream<String> settings = Stream.of(
                CLIENT.toAbsolutePath().normalize().toString(),
                subprotocol,
                Long.toString(SEED),
                Integer.toString(CUTS));
        Stream<String> ports = Stream.of(nodes)
                .map(node -> Integer.toString(node.addresses().get(0).getPort()));
        NodeProgram.Result result = NodeProgram.run(
                "survive-cuts.mjs", Stream.concat(settings, ports).toArray(String[]::new));
        System.out.println("seed " + SEED + "\n" + result.output());
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    private static Roomcast node(LocalHub hub, RoomHandler talk) {
        return Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .allowOrigins("*")
                .room("talk/{id}", talk, RoomOptions.builder().nonBlocking().build())
                .bridge(hub.bridge())
                .start();
    }
}
