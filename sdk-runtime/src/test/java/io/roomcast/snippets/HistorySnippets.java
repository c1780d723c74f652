package io.roomcast.snippets;

import io.roomcast.HistoryPage;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.Roomcast;
import io.roomcast.RoomcastBuilder;
import java.time.Duration;

/** The code of the guide's section on history. */
@SuppressWarnings("unused")
final class HistorySnippets {

    void declare(RoomcastBuilder builder) {
        builder.room(
                "chat/{topic}",
                new ChatRoom(),
                RoomOptions.builder().history(500, Duration.ofHours(24)).build());
    }

    static final class Pager implements RoomHandler {

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.history(20).thenAccept(page -> {
                for (HistoryPage.Entry entry : page.entries()) {
                    peer.send(Message.of("earlier", entry.message().text()));
                }
            });
        }
    }

    void idempotent(Roomcast node, String orderId) {
        Receipt receipt = node.room("orders")
                .broadcast("placed", orderId)
                .messageId(orderId)
                .send();
        receipt.appended()
                .thenAccept(appended -> appended.ifPresent(place -> {
                    if (place.duplicate()) {
                        log("order " + orderId + " was told before, at "
                                + place.position().offset());
                    }
                }));
    }

    private static void log(String text) {}
}
