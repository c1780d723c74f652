package io.roomcast.testkit.cookbook;

import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestPeer;
import io.roomcast.testkit.junit.RoomcastTest;
import io.roomcast.testkit.raw.BadClient;
import io.roomcast.testkit.raw.RawPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RoomcastTest
class BadClientsOfTheChatTest {

    static final TestCluster.Builder CLUSTER =
            TestCluster.builder().nodes(1).sockets().room("chat/{topic}", new ChatRoom());

    @ParameterizedTest
    @EnumSource
    void nobodyNoticesABadClient(BadClient bad, TestCluster cluster, TestPeer ann, TestPeer bob) {
        ann.join("chat/jazz");
        bob.join("chat/jazz");
        bad.runAgainst(cluster.node(1).addresses().get(0));
        ann.in("chat/jazz").say("said", "still here");
        bob.expect("said", "still here");
    }

    @Test
    void onesOwnWrong(TestCluster cluster) {
        try (RawPeer peer = RawPeer.open(cluster.node(1).addresses().get(0))) {
            peer.sendText("{\"hello\":{}}");
            peer.expectText("welcome");
            peer.sendUnmasked("{\"join\":{\"room\":\"chat/jazz\"}}");
            peer.expectClose(1002);
        }
    }
}
