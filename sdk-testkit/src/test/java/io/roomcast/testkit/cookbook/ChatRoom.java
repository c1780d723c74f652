package io.roomcast.testkit.cookbook;

import io.roomcast.Admission;
import io.roomcast.JoinRequest;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The application of the cookbook: a chat in which everybody says at most one thing a second. */
final class ChatRoom implements RoomHandler {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Clock clock;
    private final Executor translators;
    private final Map<String, Instant> lastSaid = new ConcurrentHashMap<>();

    ChatRoom() {
        this(Clock.systemUTC(), Runnable::run);
    }

    /** @param translators runs what takes long */
    ChatRoom(Clock clock, Executor translators) {
        this.clock = clock;
        this.translators = translators;
    }

    @Override
    public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
        return room.name().endsWith("/private") ? Admission.refuse(1001, "by invitation") : Admission.accept();
    }

    @Override
    public void onMessage(Room room, Peer peer, Message message) {
        switch (message.event()) {
            case "said" -> room.broadcast(message).except(peer).from(peer).send();
            case "sung" -> {
                Instant now = clock.instant();
                Instant last = lastSaid.put(peer.id(), now);
                if (last == null || !now.isBefore(last.plus(PAUSE))) {
                    room.broadcast(message).except(peer).send();
                }
            }
            default -> throw new IllegalArgumentException("event is " + message.event() + ", expected said or sung");
        }
    }

    @Override
    public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
        return switch (request.event()) {
            case "who" ->
                CompletableFuture.completedFuture(
                        Message.of("who", room.localPeers().size() + " here"));
            case "translate" ->
                CompletableFuture.supplyAsync(
                        () -> Message.of("translate", request.text().toUpperCase()), translators);
            default -> new CompletableFuture<>();
        };
    }
}
