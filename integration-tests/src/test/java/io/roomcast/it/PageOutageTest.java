package io.roomcast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.Roomcast;
import io.roomcast.bridge.Bridge;
import io.roomcast.it.requirement.RequiresChromium;
import io.roomcast.runtime.bridge.LocalHub;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A page loses its network for 10 s, in the middle of frames in both directions, while it talks with another page. Its user must not
 * notice: everything arrives once and in order, the other page never sees it go, and the page is told nothing but its state.
 */
@RequiresChromium
class PageOutageTest {

    /** The longest wait between two attempts while the session is kept, and what the attempt takes. */
    private static final Duration BACK_WITHIN = Duration.ofSeconds(8);

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static Playwright playwright;
    private static Browser browser;

    private Roomcast one;
    private Roomcast two;
    private OutageProxy network;
    private BrowserContext context;

    /** Everybody hears everything, and who comes and goes. */
    private static final RoomHandler TALK = new RoomHandler() {
        @Override
        public void onJoin(Room room, Peer peer) {
            room.broadcast("presence", "joined " + peer.id()).except(peer).send();
        }

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).from(peer).send();
        }

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return CompletableFuture.completedFuture(request);
        }

        @Override
        public void onLeave(Room room, Peer peer, LeaveReason reason) {
            room.broadcast("presence", "left " + peer.id() + " " + reason).send();
        }
    };

    @BeforeAll
    static void startBrowser() {
        playwright = Browsers.playwright();
        browser = Browsers.launch(playwright);
    }

    @AfterAll
    static void stopBrowser() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        LocalHub hub = LocalHub.create();
        one = node(hub.bridge());
        two = node(hub.bridge());
        network = new OutageProxy(address(one));
        context = browser.newContext();
        context.setDefaultTimeout(DEADLINE.toMillis());
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        network.close();
        one.close();
        two.close();
    }

    @Test
    void aPageWithoutNetworkForTenSecondsGoesOnAsIfNothingHadHappened() {
        loseNetwork("protobuf", Duration.ofSeconds(10), one);
    }

    @Test
    void soDoesOneThatSpeaksJson() {
        loseNetwork("json", Duration.ofSeconds(2), one);
    }

    @Test
    void soDoesOneThatComesBackToAnotherNode() {
        loseNetwork("protobuf", Duration.ofSeconds(2), two);
    }

    /** A session that moves each time would come back to the same node six times in a row once in 64 runs. */
    @Test
    void ofSeveralAddressesAPageGoesBackToTheOneThatHasItsSession() throws Exception {
        try (OutageProxy another = new OutageProxy(address(two))) {
            Page page = open(network.port(), "protobuf", "&at=" + socketUrl(network) + "&at=" + socketUrl(another));
            Object node = page.evaluate("log.node()");
            for (int cuts = 1; cuts <= 6; cuts++) {
                network.cut();
                another.cut();
                page.waitForFunction("log.states.filter((state) => state === 'resumed').length === " + cuts);
                assertThat(page.evaluate("log.node()")).as("after cut %d", cuts).isEqualTo(node);
            }
            assertThat(list(page, "log.told")).isEmpty();
        }
    }

    private static String socketUrl(OutageProxy proxy) {
        return "ws://127.0.0.1:" + proxy.port() + "/roomcast";
    }

    private void loseNetwork(String protocol, Duration outage, Roomcast comesBackTo) {
        Page other = open(address(one).getPort(), protocol);
        Page page = open(network.port(), protocol);
        page.waitForFunction("log.heard.length >= 20 && log.answered >= 1");
        other.waitForFunction("log.heard.length >= 20");
        assertThat(list(other, "log.presence")).hasSize(1);

        network.takeAway();
        page.waitForFunction("log.states.includes('waiting')");
        long left = System.nanoTime();
        await(outage + " without network").atMost(DEADLINE).until(() -> System.nanoTime() - left >= outage.toNanos());
        int sentMeanwhile = number(page, "log.sent");
        network.giveBack(address(comesBackTo));
        long back = System.nanoTime();
        page.waitForFunction("log.states.at(-1) === 'resumed'");
        Duration noticed = Duration.ofNanos(System.nanoTime() - back);
        System.out.println(protocol + ": the page went on " + noticed.toMillis() + " ms after its network was back");
        assertThat(noticed).isLessThan(BACK_WITHIN);

        int enough = sentMeanwhile + 40;
        page.waitForFunction("log.sent > " + enough);
        page.evaluate("log.stop()");
        other.evaluate("log.stop()");
        page.waitForFunction("log.answered === log.asked");
        other.waitForFunction("log.answered === log.asked");
        int sent = number(page, "log.sent");
        int sentByOther = number(other, "log.sent");
        other.waitForFunction("log.heard.at(-1) === " + sent);
        page.waitForFunction("log.heard.at(-1) === " + sentByOther);

        assertThat(list(other, "log.heard")).as("what the other page heard").isEqualTo(range(1, sent));
        // The other page had begun to talk before this one came.
        int first = number(page, "log.heard[0]");
        assertThat(list(page, "log.heard")).as("what the page heard").isEqualTo(range(first, sentByOther));
        assertThat(number(page, "log.refused")).isZero();
        assertThat(list(other, "log.presence"))
                .as("the other page saw it come, and never go")
                .hasSize(1);
        assertThat(list(page, "log.told")).as("told beside the state").isEmpty();
        assertThat(list(other, "log.told")).isEmpty();
        assertThat(list(page, "log.states").subList(0, 2)).isEqualTo(List.of("open", "waiting"));
        assertThat(list(page, "log.states").stream().filter("open"::equals)).hasSize(1);
        assertThat(page.evaluate("log.samePeer()")).isEqualTo(true);
    }

    private Page open(int port, String protocol) {
        return open(port, protocol, "");
    }

    private Page open(int port, String protocol, String more) {
        Page page = context.newPage();
        page.navigate("http://127.0.0.1:" + port + "/index.html?protocol=" + protocol + more);
        page.waitForFunction("window.log");
        return page;
    }

    private static List<?> list(Page page, String expression) {
        return (List<?>) page.evaluate(expression);
    }

    private static int number(Page page, String expression) {
        return ((Number) page.evaluate(expression)).intValue();
    }

    private static List<Integer> range(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    private static Roomcast node(Bridge bridge) {
        return Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .staticFiles("outage")
                .allowOrigins("*")
                .room("talk/{id}", TALK, RoomOptions.builder().nonBlocking().build())
                .bridge(bridge)
                .start();
    }

    private static InetSocketAddress address(Roomcast node) {
        return node.addresses().get(0);
    }
}
