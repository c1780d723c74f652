package io.roomcast.testkit;

import static io.roomcast.testkit.HistoryRooms.HOUR;
import static io.roomcast.testkit.HistoryRooms.ROOM;
import static io.roomcast.testkit.HistoryRooms.cluster;
import static io.roomcast.testkit.HistoryRooms.done;
import static io.roomcast.testkit.HistoryRooms.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.roomcast.ErrorCode;
import io.roomcast.HistoryPage;
import io.roomcast.Room;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.wire.proto.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Pages of a history, read by applications and by peers. */
class HistoryPagesTest {

    @Test
    void anApplicationReadsTheNewestPageAndFromAPlaceOn() {
        try (TestCluster cluster = cluster(5, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            for (int i = 1; i <= 8; i++) {
                ann.say(ROOM, "said", "m" + i);
            }
            Room elsewhere = cluster.node(2).room(ROOM);
            HistoryPage newest = done(elsewhere.history(2));
            assertThat(newest.oldest()).isEqualTo(4);
            assertThat(newest.newest()).isEqualTo(8);
            assertThat(newest.epoch()).isEqualTo(ann.place(ROOM).epoch());
            assertThat(newest.entries())
                    .extracting(entry -> entry.message().text())
                    .containsExactly("m7", "m8");
            assertThat(newest.entries()).extracting(HistoryPage.Entry::offset).containsExactly(7L, 8L);
            assertThat(done(elsewhere.history(0, 3)).entries())
                    .extracting(HistoryPage.Entry::offset)
                    .containsExactly(4L, 5L, 6L);
            assertThat(done(elsewhere.history(8, 3)).entries()).isEmpty();
            assertThat(done(elsewhere.history(Long.MAX_VALUE, 3)).entries()).isEmpty();
            assertThat(done(cluster.node(1).room("chat/empty").history(1)).entries())
                    .isEmpty();
        }
    }

    @Test
    void aPageOutsideTheBoundsIsRefused() {
        try (TestCluster cluster = cluster(5, HOUR).start()) {
            Room room = cluster.node(1).room(ROOM);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> room.history(0))
                    .withMessage("limit is 0, expected 1 to 1000");
            assertThatIllegalArgumentException().isThrownBy(() -> room.history(1001));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> room.history(-1, 1))
                    .withMessage("after is -1, expected at least 0");
            assertThatIllegalStateException()
                    .isThrownBy(() -> cluster.node(1).room("plain/jazz").history(1))
                    .withMessageContaining("has no history");
        }
    }

    @Test
    void aPeerReadsPages() {
        HistoryRooms.Recoveries told = new HistoryRooms.Recoveries();
        try (TestCluster cluster = cluster(100, HOUR).listener(told).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer bob = in(cluster, 2);
            for (int i = 1; i <= 4; i++) {
                bob.say(ROOM, "but me", "m" + i);
            }
            int ref = ann.readHistory(ROOM, 1, 2);
            ReceivedPage page = ann.pages().get(0);
            assertThat(page.ref()).isEqualTo(ref);
            assertThat(page.room()).isEqualTo(ROOM);
            assertThat(page.epoch()).isEqualTo(ann.place(ROOM).epoch());
            assertThat(List.of(page.oldest(), page.newest(), page.through())).containsExactly(1L, 4L, 3L);
            assertThat(page.entries())
                    .extracting(entry -> entry.offset() + entry.message().text())
                    .containsExactly("2m2", "3m3");
            assertThat(ann.place(ROOM).offset()).isEqualTo(4);

            bob.readHistory(ROOM, 0, 0);
            assertThat(bob.pages().get(0).entries()).isEmpty();
            assertThat(bob.pages().get(0).through()).isEqualTo(4);
            assertThat(told.story).containsExactly("read 2", "read 0");
        }
    }

    @Test
    void withoutAPlaceAPeerReadsTheNewestPage() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            for (int i = 1; i <= 5; i++) {
                ann.say(ROOM, "said", "m" + i);
            }
            ann.sendLater(wish(ann, 2));
            cluster.settle();
            assertThat(ann.pages().get(0).entries())
                    .extracting(ReceivedPage.Entry::offset)
                    .containsExactly(4L, 5L);
        }
    }

    @Test
    void aPageEndsWhereItIsLargeEnough() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            Room room = cluster.node(1).room(ROOM);
            for (int i = 0; i < 5; i++) {
                room.broadcast("said", new byte[30_000]).send();
            }
            room.broadcast("said", new byte[100_000]).send();
            cluster.settle();
            long through = 0;
            List<Long> read = new ArrayList<>();
            for (int pages = 0; through < 6; pages++) {
                assertThat(pages).as("pages").isLessThan(10);
                ann.readHistory(ROOM, through, 50);
                ReceivedPage page = ann.pages().get(pages);
                page.entries().forEach(entry -> read.add(entry.offset()));
                through = page.through();
            }
            assertThat(read).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(ann.pages()).hasSize(4);
        }
    }

    @Test
    void wishesThatCannotBeFulfilledGetAnErrorEach() {
        CompletableFuture<HistorySlice> never = new CompletableFuture<>();
        boolean[] stuck = {false};
        try (TestCluster cluster = cluster(100, HOUR)
                .bridges(bridge -> new HookedBridge(bridge) {
                    @Override
                    public CompletionStage<HistorySlice> readHistory(
                            String room, Retention retention, long after, int limit) {
                        return stuck[0] ? never : super.readHistory(room, retention, after, limit);
                    }
                })
                .start()) {
            TestPeer ann = in(cluster, 1);
            ann.join("plain/jazz");
            ann.say(ROOM, "said", "1");
            ann.readHistory("plain/jazz", 0, 1);
            ann.readHistory(ROOM, 0, 101);
            ann.readHistory(ROOM, 0, -1);
            ann.readHistory(ROOM, 2, 1);
            ann.readHistory(ROOM, -1, 1);
            ann.sendLater(wish(ann, 1, "another"));
            cluster.settle();
            assertThat(ann.errors())
                    .extracting(ReceivedError::code)
                    .containsExactly(
                            ErrorCode.NO_HISTORY,
                            ErrorCode.BAD_HISTORY_REQUEST,
                            ErrorCode.BAD_HISTORY_REQUEST,
                            ErrorCode.BAD_HISTORY_REQUEST,
                            ErrorCode.BAD_HISTORY_REQUEST,
                            ErrorCode.HISTORY_EPOCH_CHANGED);
            assertThat(ann.errors()).allMatch(error -> !error.terminal());
            stuck[0] = true;
            for (int i = 0; i < 5; i++) {
                ann.readHistory(ROOM, 0, 1);
            }
            assertThat(ann.errors()).hasSize(7);
            assertThat(ann.errors().get(6).code()).isEqualTo(ErrorCode.HISTORY_UNAVAILABLE);
            never.completeExceptionally(new RoomcastException("no log"));
            cluster.settle();
            assertThat(ann.errors()).hasSize(11);
            stuck[0] = false;
            ann.readHistory(ROOM, 0, 1);
            assertThat(ann.pages()).hasSize(1);
        }
    }

    @Test
    void whoIsNotInARoomCannotReadItsHistory() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer eve = cluster.peer(1);
            eve.sendLater(wish(ann, 1));
            cluster.settle();
            assertThat(eve.errors()).extracting(ReceivedError::code).containsExactly(ErrorCode.NOT_IN_ROOM);
            assertThat(eve.pages()).isEmpty();
        }
    }

    @Test
    void aWishIsForItsRoomThoughThePeerMovesBeforeItIsHeard() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer bob = cluster.peer(2);
            bob.join("chat/other");
            bob.join(ROOM);
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            ann.say(ROOM, "said", "m1");
            ann.cut();
            ann.comeBackLater(2, "");
            ann.readHistory(ROOM, 0, 10);
            assertThat(ann.isResumed()).isTrue();
            assertThat(ann.errors()).isEmpty();
            assertThat(ann.pages()).extracting(ReceivedPage::room).containsExactly(ROOM);
            assertThat(ann.pages().get(0).entries())
                    .extracting(entry -> entry.message().text())
                    .containsExactly("m1");
        }
    }

    private static Frame.Builder wish(TestPeer inRoom, int limit) {
        return wish(inRoom, limit, "");
    }

    private static Frame.Builder wish(TestPeer inRoom, int limit, String epoch) {
        int number = inRoom.frames().stream()
                .filter(Frame::hasJoined)
                .findFirst()
                .orElseThrow()
                .getJoined()
                .getNumber();
        return Frame.newBuilder()
                .setHistory(io.roomcast.runtime.wire.proto.History.newBuilder()
                        .setRoom(number)
                        .setEpoch(epoch)
                        .setLimit(limit));
    }
}
