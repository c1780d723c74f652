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

class LanesTest {

    private final ReceiveLanes receive = new ReceiveLanes();

    @Test
    void aJumpIsTheNumberOfLostEnvelopes() {
        receive.open("r");
        assertThat(receive.arrived("r", "a", false, 1, 5)).isZero();
        assertThat(receive.arrived("r", "a", false, 1, 6)).isZero();
        assertThat(receive.arrived("r", "a", false, 1, 10)).isEqualTo(3);
        assertThat(receive.arrived("r", "b", false, 1, 1)).isZero();
        assertThat(receive.arrived("r", "a", true, 7, 1)).isZero();
    }

    @Test
    void aDoubleIsIgnoredAndANewLaneBeginsAnew() {
        receive.open("r");
        receive.arrived("r", "a", false, 1, 5);
        assertThat(receive.arrived("r", "a", false, 1, 5)).isEqualTo(ReceiveLanes.IGNORE);
        assertThat(receive.arrived("r", "a", false, 1, 4)).isEqualTo(ReceiveLanes.IGNORE);
        assertThat(receive.arrived("r", "a", false, 2, 1)).isZero();
        assertThat(receive.arrived("r", "a", false, 2, 3)).isEqualTo(1);
    }

    @Test
    void whatIsLostAtTheEndOfALaneIsCountedOnce() {
        receive.open("r");
        receive.arrived("r", "a", false, 1, 5);
        assertThat(receive.ended("r", "a", false, 1, 5)).isZero();
        assertThat(receive.ended("r", "a", false, 1, 7)).isEqualTo(2);
        assertThat(receive.ended("r", "a", false, 1, 7)).isZero();
        assertThat(receive.arrived("r", "a", false, 1, 8)).isZero();
    }

    @Test
    void theEndOfALaneThatWasNotHeardOfSaysNothing() {
        assertThat(receive.ended("r", "a", false, 1, 7)).isZero();
        receive.open("r");
        assertThat(receive.ended("r", "a", false, 1, 7)).isZero();
        receive.arrived("r", "a", false, 1, 8);
        assertThat(receive.ended("r", "a", false, 2, 20)).isZero();
        assertThat(receive.ended("r", "a", true, 1, 20)).isZero();
        assertThat(receive.arrived("r", "a", false, 1, 9)).isZero();
    }

    @Test
    void theEndsThatAreToldAreOfLanesThatWereUsedLately() {
        long[] now = {0};
        SendLanes send = new SendLanes(() -> now[0]);
        number(send, "old", null);
        now[0] = 100;
        number(send, "r", null);
        number(send, "r", null);
        number(send, "r", "b");
        number(send, "r", "c");
        send.skip("r");
        send.skip("never");
        assertThat(tails(send, 50)).containsExactlyInAnyOrder("r to null: 3", "r to b: 1", "r to c: 1");
        assertThat(tails(send, 100)).contains("old to null: 1");
    }

    @Test
    void theEndsThatAreToldAtOnceAreBounded() {
        SendLanes send = new SendLanes(() -> 0);
        for (int room = 0; room < SendLanes.MAX_TAILS + 10; room++) {
            number(send, "r" + room, null);
        }
        assertThat(tails(send, 0)).hasSize(SendLanes.MAX_TAILS);
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
    void roomsNobodyIsInAreIgnored() {
        assertThat(receive.arrived("r", "a", false, 1, 1)).isEqualTo(ReceiveLanes.IGNORE);
        receive.open("r");
        receive.arrived("r", "a", false, 1, 1);
        receive.close("r");
        assertThat(receive.arrived("r", "a", false, 1, 2)).isEqualTo(ReceiveLanes.IGNORE);
        receive.open("r");
        // What was sent meanwhile was not meant for us.
        assertThat(receive.arrived("r", "a", false, 1, 9)).isZero();
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
