package io.roomcast.testkit.cookbook;

import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestPeer;
import io.roomcast.testkit.TestRoom;
import io.roomcast.testkit.junit.OnNode;
import io.roomcast.testkit.junit.RoomcastTest;
import org.junit.jupiter.api.Test;

@RoomcastTest
class ChatRoomTest {

    final TestCluster.Builder cluster = TestCluster.builder().nodes(2).room("chat/{topic}", new ChatRoom());

    @Test
    void whatOneSaysTheOthersHear(TestPeer ann, @OnNode(2) TestPeer bob) {
        TestRoom jazz = ann.join("chat/jazz");
        bob.join("chat/jazz");
        jazz.say("said", "hello");
        bob.expect("said", "hello");
        ann.expectNothing();
    }

    @RoomcastTest(seeds = 100)
    void nothingIsLostWhenTwoSpeakAtOnce(TestPeer ann, TestPeer bob, @OnNode(2) TestPeer cid) {
        ann.join("chat/jazz");
        bob.join("chat/jazz");
        cid.join("chat/jazz");
        ann.sayLater("chat/jazz", "said", "of ann");
        bob.sayLater("chat/jazz", "said", "of bob");
        cid.expectInAnyOrder("said", "of ann", "of bob");
    }
}
