package io.roomcast.testkit.virtual;

import io.roomcast.runtime.transport.MessageType;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.scenario.Misdeed;
import io.roomcast.testkit.scenario.Subprotocol;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What clients say, each in its subprotocol, over the connection that it has. Belongs to the world's thread. */
final class Speaking {

    private final RunState run;
    private final Peers peers;
    /** Of the peers that speak JSON; rooms keep their numbers from connection to connection. */
    private final Map<Integer, JsonWire> json = new HashMap<>();

    Speaking(RunState run) {
        this.run = run;
        this.peers = run.peers;
    }

    /** Sends a frame that has a number. */
    void send(int peer, byte[] bytes) {
        send(peer, bytes, bytes);
    }

    /** Sends a frame that has a number. @param again how it is said when it has to be said again, perhaps to another node */
    void send(int peer, byte[] bytes, byte[] again) {
        StreamState stream = peers.stream(peer);
        if (stream != null) {
            stream.keep(again);
        }
        sendUnnumbered(peer, bytes);
    }

    /** Sends a frame without a number, or one again. */
    void sendUnnumbered(int peer, byte[] batch) {
        JsonWire text = jsonOf(peer);
        byte[] bytes = text == null ? batch : text.write(batch);
        run.count(Count.BYTES_SENT, peer, bytes.length);
        run.events++;
        line(peer).send(type(text != null), bytes);
    }

    /** Sends bytes that may be nonsense. @param asItShouldBe whether under the type of its subprotocol */
    void sendBytes(int peer, byte[] bytes, boolean asItShouldBe) {
        boolean text = jsonOf(peer) != null;
        line(peer).send(type(text == asItShouldBe), bytes);
    }

    /** Sends a frame in WebSocket frames that are not as usual. */
    void sendAs(Misdeed misdeed, int peer, byte[] batch) {
        JsonWire text = jsonOf(peer);
        line(peer).sendAs(misdeed, type(text != null), text == null ? batch : text.write(batch));
    }

    /** Returns what a peer reads and writes JSON with, null if it speaks protobuf. */
    @Nullable
    JsonWire jsonOf(int peer) {
        return peers.subprotocol[peer] == Subprotocol.JSON.ordinal()
                ? json.computeIfAbsent(peer, first -> new JsonWire())
                : null;
    }

    private Line line(int peer) {
        return Line.of(peers.connection[peer]);
    }

    private static MessageType type(boolean text) {
        return text ? MessageType.TEXT : MessageType.BINARY;
    }
}
