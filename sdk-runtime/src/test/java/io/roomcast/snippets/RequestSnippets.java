package io.roomcast.snippets;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.RequestException;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The Java of the guide's section on requests. It compiles; that is all it has to do. */
@SuppressWarnings("unused")
final class RequestSnippets {

    interface Scores {
        CompletionStage<String> of(String peerId);
    }

    private static final Scores scores = peerId -> CompletableFuture.completedFuture("0");

    static final class Quiz implements RoomHandler {

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return switch (request.event()) {
                case "time" ->
                    CompletableFuture.completedFuture(
                            Message.of("time", Instant.now().toString()));
                case "score" -> scores.of(peer.id()).thenApply(score -> Message.of("score", score));
                default -> throw RequestException.refused(1001, "no such question");
            };
        }
    }

    void ask(Room room, String peerId) {
        room.request(peerId, Message.of("ready"), Duration.ofSeconds(5))
                .thenAccept(answer -> begin(peerId, answer.text()))
                .exceptionally(failure -> skip(peerId));
    }

    void askAll(Room room) {
        room.broadcast("ready", "?")
                .withAck(Duration.ofSeconds(5))
                .send()
                .thenAccept(acks -> start(acks.answers().keySet(), acks.timedOut(), acks.lostNodes()));
    }

    void begin(String peerId, String answer) {}

    Void skip(String peerId) {
        return null;
    }

    void start(Set<String> ready, Set<String> late, Set<String> lost) {}

    private RequestSnippets() {}
}
