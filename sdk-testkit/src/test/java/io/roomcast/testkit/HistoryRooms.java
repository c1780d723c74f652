package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.HistoryPosition;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.RoomcastListener;
import io.roomcast.runtime.wire.proto.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What the tests of rooms with history begin with. */
final class HistoryRooms {

    static final String ROOM = "chat/jazz";
    static final Duration HOUR = Duration.ofHours(1);

    private HistoryRooms() {}

    /** Passes on what peers say; what they say under {@code but me} not to them. */
    static final class Relay implements RoomHandler {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            if (message.event().equals("but me")) {
                room.broadcast(message).except(peer).send();
            } else if (message.event().equals("fleeting")) {
                room.broadcast(message).volatileDelivery().send();
            } else if (message.event().equals("private")) {
                room.broadcast(message).toPeers(peer.id()).send();
            } else {
                room.broadcast(message).send();
            }
        }
    }

    static TestCluster.Builder cluster(int size, Duration age) {
        return TestCluster.builder()
                .room("chat/{topic}", RoomOptions.builder().history(size, age).build(), node -> new Relay())
                .room("plain/{topic}", new Relay());
    }

    static TestPeer in(TestCluster cluster, int node) {
        TestPeer peer = cluster.peer(node);
        peer.join(ROOM);
        return peer;
    }

    static List<String> texts(TestPeer peer) {
        return peer.messages(ROOM).stream().map(Received::text).toList();
    }

    static <T> T done(CompletionStage<T> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }

    static List<Long> gaps(TestPeer peer) {
        return peer.frames().stream()
                .filter(Frame::hasGap)
                .map(frame -> frame.getGap().getMissed())
                .toList();
    }

    /** Writes down what is told about histories. */
    static final class Recoveries implements RoomcastListener {
        final List<String> story = new ArrayList<>();

        @Override
        public void historyLost(String room, HistoryPosition resumesAfter) {
            story.add("lost to " + resumesAfter.offset());
        }

        @Override
        public void historyRecovered(String room, int messages) {
            story.add("recovered " + messages);
        }

        @Override
        public void historyUnrecoverable(String room) {
            story.add("unrecoverable");
        }

        @Override
        public void historyRead(String room, int messages) {
            story.add("read " + messages);
        }
    }
}
