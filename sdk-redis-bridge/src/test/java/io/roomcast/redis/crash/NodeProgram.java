package io.roomcast.redis.crash;

import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.RequestException;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.Roomcast;
import io.roomcast.RoomcastListener;
import io.roomcast.redis.RedisBridge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A whole node with a bridge of default settings, made to be killed. It says where it listens and runs until its standard input ends, which
 * the death of its test brings about too.
 */
final class NodeProgram {

    /** The room with history. */
    static final String LOG = "log/all";
    /** The room without. */
    static final String PLAIN = "plain/all";
    /** What a peer asks to be broadcast; answered when the broadcast is in the history, or has been given to Redis. */
    static final String PUBLISH = "publish";
    /** What comes of it. */
    static final String ENTRY = "entry";

    static final String LISTENS = "listens on ";
    static final String COMPLAINS = "complains ";

    /** A peer that went on elsewhere while its node was frozen is in its rooms there for so long. */
    static final Duration RESUME_WINDOW = Duration.ofSeconds(10);

    private static final int NOT_PUBLISHED = 1000;

    private NodeProgram() {}

    /** @param arguments the URI of Redis */
    public static void main(String[] arguments) throws IOException {
        AtomicReference<Roomcast> self = new AtomicReference<>();
        Roomcast node = Roomcast.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .ioThreads(2)
                .handlerThreads(4)
                .limits(Limits.builder().resumeWindow(RESUME_WINDOW).build())
                .room(
                        "log/{id}",
                        new LogRoom(),
                        RoomOptions.builder()
                                .history(100_000, Duration.ofHours(1))
                                .build())
                .room("plain/{id}", new CensusRoom())
                .bridge(RedisBridge.connect(arguments[0]))
                .listener(new Watch(self))
                .start();
        self.set(node);
        System.out.println(LISTENS + node.addresses().get(0).getPort());
        while (System.in.read() >= 0) {
            // Nobody says anything; only the end counts.
        }
        node.close();
    }

    /** Answers a request to publish. */
    static CompletionStage<Message> answer(CompletionStage<Void> published) {
        return published
                .handle((done, failure) -> failure == null
                        ? CompletableFuture.completedFuture(Message.of(PUBLISH))
                        : CompletableFuture.<Message>failedFuture(
                                RequestException.refused(NOT_PUBLISHED, "not known to be published: " + failure)))
                .thenCompose(answer -> answer);
    }

    /** What is said here has an id, which makes a second attempt harmless. */
    private static final class LogRoom implements RoomHandler {

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return answer(room.broadcast(ENTRY, request.text())
                    .messageId(request.text())
                    .send()
                    .published());
        }
    }

    /** Looks after the census, and tells what must not happen. */
    private record Watch(AtomicReference<Roomcast> node) implements RoomcastListener {

        @Override
        public void nodeJoined(String nodeId) {
            // One that was taken for dead, and lives, says nothing by itself: it has not noticed.
            Roomcast started = node.get();
            if (started != null) {
                started.room(PLAIN).tellNode(nodeId, Message.of(CensusRoom.WHO));
            }
        }

        @Override
        public void handlerFailed(String where, Throwable failure) {
            System.out.println(COMPLAINS + "a handler failed in " + where + ": " + failure);
        }

        @Override
        public void envelopeRefused(String room, String reason) {
            System.out.println(COMPLAINS + "an envelope was refused in " + room + ": " + reason);
        }
    }
}
