package io.roomcast.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.RoomcastException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SendLanesTest {

    @Test
    void theEndsThatAreToldAreOfLanesThatWereUsedLately() {
        long[] now = {0};
        SendLanes send = new SendLanes(() -> now[0]);
        number(send, "old", null);
        now[0] = TimeUnit.SECONDS.toNanos(100);
        number(send, "r", null);
        number(send, "r", null);
        number(send, "r", "b");
        number(send, "r", "c");
        send.skip("r");
        send.skip("never");
        assertThat(tails(send, TimeUnit.SECONDS.toNanos(50)))
                .containsExactlyInAnyOrder("r to null: 3", "r to b: 1", "r to c: 1");
        assertThat(tails(send, TimeUnit.SECONDS.toNanos(100))).contains("old to null: 1");
    }

    @Test
    void theEndsThatAreToldAtOnceAreBounded() {
        SendLanes send = new SendLanes(() -> 0);
        for (int room = 0; room < SendLanes.MAX_TAILS + 10; room++) {
            number(send, "r" + room, null);
        }
        assertThat(tails(send, 0)).hasSize(SendLanes.MAX_TAILS);
    }

    @Test
    void aLaneIsForgottenTenMinutesAfterItsLastUseWhenOthersBegin() {
        long[] now = {0};
        SendLanes send = new SendLanes(() -> now[0]);
        for (int room = 0; room < 1000; room++) {
            number(send, "old" + room, null);
        }
        number(send, "used", null);
        now[0] = TimeUnit.MINUTES.toNanos(9);
        number(send, "used", null);
        for (int room = 0; room < 1000; room++) {
            number(send, "r" + room, null);
        }
        assertThat(send.count()).as("after nine minutes").isEqualTo(2001);
        now[0] = TimeUnit.MINUTES.toNanos(10) + TimeUnit.SECONDS.toNanos(2);
        for (int room = 0; room < 1000; room++) {
            number(send, "s" + room, null);
        }
        assertThat(send.count()).as("after ten minutes").isEqualTo(2001);
        assertThat(tails(send, TimeUnit.MINUTES.toNanos(10)))
                .contains("used to null: 2")
                .noneMatch(told -> told.startsWith("old"));
    }

    @Test
    void thereAreNeverMoreLanesThanAllowed() {
        long[] now = {0};
        SendLanes send = new SendLanes(() -> now[0]);
        int most = 0;
        for (int room = 0; room < 3 * SendLanes.MAX_LANES; room++) {
            now[0] += TimeUnit.MICROSECONDS.toNanos(500);
            number(send, "r" + room, null);
            number(send, "busy", null);
            most = Math.max(most, send.count());
        }
        assertThat(most).isBetween(SendLanes.MAX_LANES / 2, SendLanes.MAX_LANES);
        assertThat(send.count()).isLessThan(SendLanes.MAX_LANES);
        assertThat(tails(send, 0))
                .as("the one that is always used")
                .contains("busy to null: " + 3 * SendLanes.MAX_LANES);
    }

    private static void number(SendLanes send, String room, String nodeId) {
        send.send(room, nodeId, (lane, sequence) -> CompletableFuture.completedStage(null));
    }

    private static List<String> tails(SendLanes send, long within) {
        List<String> told = new ArrayList<>();
        send.tails(within, (room, nodeId, lane, sequence) -> told.add(room + " to " + nodeId + ": " + sequence));
        return told;
    }

    @Test
    void manyThreadsHandEnvelopesOverInTheOrderOfTheirNumbers() throws Exception {
        SendLanes send = new SendLanes(() -> 0);
        List<Long> handedOver = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
            new Thread(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            send.send("r", null, (lane, sequence) -> {
                                handedOver.add(sequence);
                                return CompletableFuture.completedStage(null);
                            });
                        }
                        done.countDown();
                    })
                    .start();
        }
        assertThat(done.await(30, TimeUnit.SECONDS))
                .as("four threads finish within 30 s")
                .isTrue();
        assertThat(handedOver).hasSize(40_000).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void whatTheBridgeThrowsBecomesAFailedStage() {
        SendLanes send = new SendLanes(() -> 0);
        var stage = send.send("r", "node", (lane, sequence) -> {
            throw new RoomcastException("full");
        });
        assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
    }
}
