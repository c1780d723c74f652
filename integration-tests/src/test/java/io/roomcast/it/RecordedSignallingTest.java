package io.roomcast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.Roomcast;
import io.roomcast.bridge.Bridge;
import io.roomcast.it.requirement.RequiresNode;
import io.roomcast.runtime.bridge.LocalHub;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every recorded signalling session of real browsers, played in its own time by the browser client (in Node) through two nodes
 * that are joined by the in-process bridge; the checks are in {@code replay-signalling.mjs}.
 */
@RequiresNode
class RecordedSignallingTest {

    private static final Path TRACES =
            Path.of(System.getProperty("basedir", "."), "../sdk-js-client/src/test/data/webrtc");
    private static final Path CLIENT = Path.of(
            System.getProperty("basedir", "."),
            "../sdk-js-client/src/main/resources/META-INF/resources/roomcast/client.js");

    /** Hands a signal to the peer it is addressed to, wherever that is. */
    private static final RoomHandler RELAY = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            message.to()
                    .ifPresent(
                            to -> room.broadcast(message).toPeers(to).from(peer).send());
        }
    };

    @BeforeAll
    static void install() throws Exception {
        NodeProgram.install();
    }

    @ParameterizedTest
    @ValueSource(strings = {"protobuf", "json"})
    void everyRecordedSessionCrossesTwoNodesByteForByteOnceAndInOrder(String subprotocol) throws Exception {
        LocalHub hub = LocalHub.create();
        try (Roomcast one = node(hub.bridge());
                Roomcast two = node(hub.bridge())) {
            NodeProgram.Result result = NodeProgram.run(
                    "replay-signalling.mjs",
                    CLIENT.toAbsolutePath().normalize().toString(),
                    TRACES.toAbsolutePath().normalize().toString(),
                    subprotocol,
                    url(one),
                    url(two));
            System.out.println(result.output());
            assertThat(result.exitCode()).as(result.output()).isZero();
            assertThat(one.stats().connectionsOpened()).isPositive();
            assertThat(two.stats().connectionsOpened()).isEqualTo(one.stats().connectionsOpened());
        }
    }

    private static Roomcast node(Bridge bridge) {
        return Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .room("session/{id}", RELAY, RoomOptions.builder().nonBlocking().build())
                .bridge(bridge)
                .start();
    }

    private static String url(Roomcast node) {
        return "ws://127.0.0.1:" + node.addresses().get(0).getPort() + "/roomcast";
    }
}
