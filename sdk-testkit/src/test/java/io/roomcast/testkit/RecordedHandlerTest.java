package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.BroadcastObserver;
import io.roomcast.Message;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.testkit.junit.OnNode;
import io.roomcast.testkit.junit.RoomcastTest;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecordedHandlerTest {

    private final RecordedHandler plain = RecordedHandler.around(new Relay());
    private final RecordedHandler observing = RecordedHandler.around(new Observer());
    final TestCluster.Builder cluster = TestCluster.builder()
            .room(
                    "chat/{topic}",
                    io.roomcast.RoomOptions.defaults(),
                    node -> node == 1 ? plain : RecordedHandler.ofNothing())
            .room("seen", observing);

    private static final class Observer implements RoomHandler, BroadcastObserver {
        @Override
        public void onBroadcast(Room room, Message message) {}
    }

    @RoomcastTest
    void itWritesDownTheCallbacksOfEachRoomInOrder(TestCluster cluster, TestPeer ann, @OnNode(2) TestPeer bob) {
        TestRoom jazz = ann.join("chat/jazz");
        bob.join("chat/jazz");
        jazz.say("said", "hello");
        jazz.request("time", "");
        cluster.node(2).room("chat/jazz").tellNodes(Message.of("count"));
        cluster.node(2).stop(Duration.ZERO);
        cluster.settle();
        jazz.leave();
        cluster.settle();
        assertThat(plain.calls("chat/jazz"))
                .containsExactly(
                        "open",
                        "admit",
                        "join",
                        "message said",
                        "request time",
                        "node message count",
                        "node lost",
                        "leave LEFT",
                        "close");
        assertThat(plain.calls("chat/rock")).isEmpty();
    }

    @RoomcastTest
    void itObservesWhatTheHandlerInsideObserves(TestCluster cluster, TestPeer ann) {
        ann.join("seen");
        cluster.node(1).room("seen").broadcast("news", "!").send();
        ann.expect("news", "!");
        assertThat(observing.calls("seen")).contains("broadcast news");
        assertThat(plain).isNotInstanceOf(BroadcastObserver.class);
    }

    @Test
    void itPassesOnEveryCallbackThereIs() {
        assertThat(Arrays.stream(RoomHandler.class.getMethods()).map(Method::getName))
                .allSatisfy(callback -> assertThat(RecordedHandler.class.getDeclaredMethods())
                        .extracting(Method::getName)
                        .contains(callback));
    }
}
