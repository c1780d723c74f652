package io.roomcast.testkit.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.roomcast.Roomcast;
import io.roomcast.testkit.Relay;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that break the rules, on real sockets: each gets its answer, nothing of it stays, and nobody else notices. */
class BadClientTest {

    private static Roomcast node;
    private static InetSocketAddress address;
    private static RawPeer bystander;

    @BeforeAll
    static void start() {
        node = Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .room("chat/{topic}", new Relay())
                .start();
        address = node.addresses().get(0);
        bystander = RawPeer.open(address);
        bystander.sendText("{\"hello\":{}}\n{\"join\":{\"room\":\"chat/jazz\"}}");
        bystander.expectText("\"joined\"");
    }

    @AfterAll
    static void stop() {
        bystander.close();
        node.close();
    }

    @ParameterizedTest
    @EnumSource
    void aBadClientGetsItsAnswer(BadClient bad) {
        bad.runAgainst(address);
    }

    @AfterEach
    void nothingStaysAndNobodyNoticed() {
        await("only the bystander is left")
                .atMost(Duration.ofSeconds(20))
                .until(() -> node.stats().connections() == 1 && node.stats().peers() == 1);
        node.room("chat/jazz").broadcast("still", "here").send();
        bystander.expectText("\"still\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void fragmentsAreOneMessage(int fragments) {
        try (RawPeer peer = RawPeer.open(address)) {
            peer.sendFragmented("{\"hello\":{\"agent\":\"in pieces\"}}", fragments);
            peer.expectText("\"welcome\"");
            peer.sendClose(1000);
            peer.expectClose(1000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade: banana", "Sec-WebSocket-Version: 8", "Sec-WebSocket-Protocol: soap"})
    void aSpoiltHandshakeIsRefused(String spoilt) {
        String good = RawPeer.goodHandshake(address, RawPeer.PATH, "roomcast.v1.json");
        try (RawPeer peer = RawPeer.connect(address)) {
            String header = spoilt.substring(0, spoilt.indexOf(':'));
            assertThat(peer.handshake(good.replaceFirst(header + ": .*", spoilt)))
                    .startsWith("HTTP/1.1 4");
        }
    }

    @Test
    void whatDoesNotComeIsSaidWithWhatCame() {
        try (RawPeer peer = RawPeer.open(address)) {
            peer.sendText("{\"hello\":{}}");
            peer.expectText("\"welcome\"");
            peer.sendText("{");
            assertThatThrownBy(() -> peer.expectText("\"joined\""))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("the raw peer expected text with \"joined\" in it, and the connection was"
                            + " closed. The frames that had come:\n    text {\"welcome\":{")
                    .hasMessageContaining("\n    close 4000 ");
        }
    }
}
