package io.roomcast.testkit.cookbook;

import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestPeer;
import io.roomcast.testkit.TestRoom;
import org.junit.jupiter.api.Test;

class WithoutJUnitTest {

    @Test
    void seedsByHand() {
        for (long seed = 1; seed <= 50; seed++) {
            TestCluster cluster = TestCluster.builder()
                    .seed(seed)
                    .room("chat/{topic}", new ChatRoom())
                    .start();
            TestPeer ann = cluster.node(1).peer("ann");
            TestPeer bob = cluster.node(2).peer("bob");
            TestRoom jazz = ann.join("chat/jazz");
            bob.join("chat/jazz");
            jazz.say("said", "hello");
            bob.expect("said", "hello");
            cluster.conclude();
        }
    }
}
