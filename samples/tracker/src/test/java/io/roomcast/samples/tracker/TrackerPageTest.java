package io.roomcast.samples.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.roomcast.runtime.bridge.LocalHub;
import io.roomcast.samples.tracker.requirement.RequiresChromium;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two pages in a real browser, one on each node. */
@RequiresChromium
class TrackerPageTest {

    private static final Path SCREENSHOTS = Path.of(System.getProperty("basedir", "."), "target", "screenshots");
    private static final double DEADLINE_MILLIS = 30_000;

    private static Playwright playwright;
    private static Browser browser;

    private TrackerCluster cluster;
    private BrowserContext context;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

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
    void startCluster() {
        LocalHub hub = LocalHub.create();
        cluster = TrackerCluster.start(new TrackerOptions(0, 2, "localhost", null), hub::bridge);
        context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1280, 900));
        context.setDefaultTimeout(DEADLINE_MILLIS);
    }

    @AfterEach
    void stopCluster() {
        context.close();
        cluster.close();
    }

    @Test
    void twoViewersOnTwoNodesExchangeTheFilmOverADataChannel() {
        Page first = open("A");
        await(first, "the first viewer has segments of the server", "bytes('from-server') > 200000");
        Page second = open("B");
        await(first, "the first viewer has a partner", "openPartners() === 1");
        await(second, "the second viewer has a partner", "openPartners() === 1");
        await(second, "segments came over the data channel", "bytes('from-peers') > 300000");

        assertThat(number(second, "Number(byId('bytes-words').dataset.verified)"))
                .as("segments whose hash is right")
                .isGreaterThanOrEqualTo(5);
        assertThat(number(second, "Number(byId('bytes-words').dataset.corrupt)"))
                .isZero();
        assertThat(second.textContent("#my-node")).isEqualTo("node B");
        assertThat(second.getAttribute("#partners .badge", "data-node")).isEqualTo("A");
        await(second, "the swarm's figures show both nodes", "byId('swarm-words').textContent.includes('on node A')");

        screenshots(second);
        assertThat(complaints).as("what the pages complained about").isEmpty();
    }

    @Test
    void aLostConnectionToTheNodeIsNoticedByNobodyElse() {
        Page first = open("A");
        Page second = open("B");
        await(second, "the second viewer has a partner", "openPartners() === 1");
        await(first, "the first viewer has a partner", "openPartners() === 1");
        String before = second.textContent("#my-name");

        second.click("#cut");
        await(second, "it says that it is back", "byId('log').textContent.includes('Back on node B, still as')");
        await(second, "its session went on", "byId('my-node').textContent === 'node B'");
        assertThat(second.textContent("#my-name")).isEqualTo(before);
        assertThat(number(second, "openPartners()")).isEqualTo(1);
        assertThat(second.isDisabled("#cut")).as("it cannot be cut again").isFalse();
        assertThat(first.textContent("#log")).doesNotContain("Lost", "came back");
    }

    @Test
    void theDataChannelOutlivesALostSession() {
        Page first = open("A");
        Page second = open("B");
        await(second, "the second viewer has a partner", "openPartners() === 1");
        String before = second.textContent("#my-name");

        second.evaluate("import('/js/cut.js').then(({ cutConnection }) => cutConnection(4900))");
        second.waitForFunction("before => document.getElementById('my-name').textContent !== before", before);
        await(second, "it is back", "byId('my-node').textContent === 'node B'");
        assertThat(number(second, "openPartners()")).isEqualTo(1);
        assertThat(second.textContent("#log")).doesNotContain("Lost", "Error");
        // The partner knows it under its new name, and the tracker does not introduce the two again.
        String now = second.textContent("#my-name");
        first.waitForFunction("name => document.getElementById('partners').textContent.includes(name)", now);
        await(first, "there is one link, not two", "document.querySelectorAll('#partners .badge').length === 1");
    }

    @Test
    void aViewerThatLeavesIsMissedAndMayComeBack() {
        Page first = open("A");
        Page second = open("B");
        await(first, "the first viewer has a partner", "openPartners() === 1");

        second.click("#leave");
        await(first, "the partner is gone", "openPartners() === 0");
        second.click("#leave");
        await(first, "the partner is back", "openPartners() === 1");
        assertThat(complaints).as("what the pages complained about").isEmpty();
    }

    @Test
    void aSegmentWithTheWrongHashIsThrownAwayAndFetchedAgain() {
        AtomicBoolean spoilt = new AtomicBoolean();
        context.route("**/stream/002.bin", route -> {
            if (spoilt.compareAndSet(false, true)) {
                route.fulfill(new Route.FulfillOptions().setBodyBytes(new byte[86_416]));
            } else {
                route.resume();
            }
        });
        Page only = open("A");
        await(only, "the wrong segment was refused", "byId('bytes-words').dataset.corrupt === '1'");
        await(only, "the right one came", "byId('strip').children[2].className.includes('server')");
    }

    private Page open(String node) {
        int port = cluster.pages().stream()
                .filter(page -> page.name().equals(node))
                .findFirst()
                .orElseThrow()
                .port();
        Page page = context.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.addInitScript("""
                globalThis.byId = (id) => document.getElementById(id);
                globalThis.bytes = (id) => Number(byId(id).dataset.bytes);
                globalThis.openPartners = () => Number(byId("partners").dataset.open ?? 0);
                """);
        page.navigate("http://localhost:" + port + "/");
        await(page, "joined node " + node, "byId('my-node').textContent === 'node " + node + "'");
        return page;
    }

    private static void await(Page page, String what, String condition) {
        try {
            page.waitForFunction(condition);
        } catch (RuntimeException failed) {
            throw new AssertionError(
                    "waited " + Duration.ofMillis((long) DEADLINE_MILLIS) + " for: " + what + ". The page says: "
                            + page.textContent("#now-text") + " Its log: " + page.innerText("#log"),
                    failed);
        }
    }

    private static int number(Page page, String expression) {
        return ((Number) page.evaluate(expression)).intValue();
    }

    private static void screenshots(Page page) {
        page.bringToFront();
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions()
                    .setColorScheme(scheme)
                    .setReducedMotion(ReducedMotion.NO_PREFERENCE));
            for (int width : new int[] {1280, 390}) {
                page.setViewportSize(width, width == 390 ? 844 : 900);
                // Two frames for the new size to reach the picture, then it glides into place.
                page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
                await(page, "the picture is at rest", "byId('swarm').dataset.rest === 'true'");
                assertThat(number(page, "document.documentElement.scrollWidth"))
                        .as("nothing sticks out at " + width + " pixels")
                        .isLessThanOrEqualTo(width);
                page.screenshot(new Page.ScreenshotOptions()
                        .setFullPage(true)
                        .setPath(SCREENSHOTS.resolve((width == 390 ? "phone-" : "desktop-")
                                + scheme.name().toLowerCase(java.util.Locale.ROOT) + ".png")));
            }
        }
    }
}
