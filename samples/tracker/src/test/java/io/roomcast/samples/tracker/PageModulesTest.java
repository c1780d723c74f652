package io.roomcast.samples.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import io.roomcast.samples.tracker.requirement.RequiresChromium;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page's modules one by one, in a real browser and without any node. */
@RequiresChromium
class PageModulesTest {

    private static Playwright playwright;
    private static Page page;

    @BeforeAll
    static void openAnEmptyPage() {
        playwright = Browsers.playwright();
        Browser browser = Browsers.launch(playwright);
        page = browser.newPage();
        page.route("http://localhost/**", PageModulesTest::serve);
        page.navigate("http://localhost/empty.html");
    }

    @AfterAll
    static void stopBrowser() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @Test
    void theHashWithoutTheBrowsersHelpIsTheSame() {
        Object different = page.evaluate("""
                async () => {
                  const { plainSha256 } = await import("/js/sha256.js");
                  const lengths = [...Array(200).keys(), 4096, 65536];
                  const wrong = [];
                  for (const length of lengths) {
                    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) % 251);
                    const expected = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
                    if (plainSha256(bytes).join() !== expected.join()) wrong.push(length);
                  }
                  return wrong.join();
                }
                """);
        assertThat(different).as("lengths whose hash is wrong").isEqualTo("");
    }

    @Test
    void coordinatesComeToEstimateRoundTrips() {
        Object worst = page.evaluate("""
                async () => {
                  const { Coordinates } = await import("/js/coordinates.js");
                  let seed = 7;
                  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
                  // Two in one town, one 40 ms away, one 100 ms away from them.
                  const real = [[0, 0], [5, 0], [40, 0], [0, 100]];
                  const rtt = (a, b) => Math.hypot(real[a][0] - real[b][0], real[a][1] - real[b][1]);
                  const viewers = real.map(() => new Coordinates(random));
                  for (let round = 0; round < 400; round++) {
                    for (let a = 0; a < 4; a++) {
                      const b = (a + 1 + Math.floor(random() * 3)) % 4;
                      viewers[a].measured(viewers[b].place, viewers[b].error, rtt(a, b));
                    }
                  }
                  let off = 0;
                  for (let a = 0; a < 4; a++) {
                    for (let b = 0; b < a; b++) {
                      const [p, q] = [viewers[a].place, viewers[b].place];
                      off = Math.max(off, Math.abs(Math.hypot(p.x - q.x, p.y - q.y) - rtt(a, b)));
                    }
                  }
                  return off;
                }
                """);
        assertThat(((Number) worst).doubleValue()).as("worst estimate, ms off").isLessThan(6);
    }

    @Test
    void aPlaceThatIsNoPlaceMovesNobody() {
        assertThat(page.evaluate("""
                        async () => {
                          const { Coordinates } = await import("/js/coordinates.js");
                          const viewer = new Coordinates();
                          viewer.measured({ x: NaN, y: 0 }, 1, 10);
                          viewer.measured({ x: 1, y: 1 }, 1, -10);
                          viewer.measured(undefined, 1, 10);
                          return JSON.stringify(viewer.place);
                        }
                        """)).isEqualTo("{\"x\":0,\"y\":0}");
    }

    @Test
    void aSegmentTravelsInPiecesAndOneTooManyRequestIsRefused() {
        Object result = page.evaluate("""
                async () => {
                  const { SegmentChannel } = await import("/js/channel.js");
                  const bytes = Uint8Array.from({ length: 50_000 }, (_, i) => i % 251);
                  const store = (held) => ({ count: 9, has: () => held, get: () => bytes, sizeOf: () => 50_000, bits: "111111111" });
                  const wire = () => ({ readyState: "open", bufferedAmount: 0, sent: [], send(data) { this.sent.push(data); } });
                  const [left, right] = [wire(), wire()];
                  const giver = new SegmentChannel(left, store(true));
                  const taker = new SegmentChannel(right, store(false));
                  let got;
                  taker.on("segment", (number, data) => (got = [number, data.join() === bytes.join()]));
                  taker.want(3);
                  left.onmessage({ data: right.sent[0] });
                  left.sent.forEach((data) => right.onmessage({ data: data.buffer ?? data }));
                  // Now nothing leaves: the fifth request that waits is one too many.
                  left.bufferedAmount = 1e9;
                  left.sent.length = 0;
                  for (let i = 0; i < 5; i++) left.onmessage({ data: JSON.stringify({ want: i }) });
                  return JSON.stringify({ got, refused: left.sent });
                }
                """);
        assertThat(result).isEqualTo("{\"got\":[3,true],\"refused\":[\"{\\\"no\\\":4}\"]}");
    }

    @Test
    void aPartnerThatSendsNonsenseEndsTheChannel() {
        Object broken = page.evaluate("""
                async () => {
                  const { SegmentChannel } = await import("/js/channel.js");
                  const store = { count: 9, has: () => true, get: () => new Uint8Array(10), sizeOf: () => 10, bits: "" };
                  const piece = (number, offset, size) => {
                    const data = new ArrayBuffer(8 + size);
                    new DataView(data).setUint32(0, number);
                    new DataView(data).setUint32(4, offset);
                    return data;
                  };
                  const bad = ["{", '{"want":9}', '{"got":-1}', '{"want":"x"}', "null", piece(1, 4, 2), piece(1, 0, 11), new ArrayBuffer(3)];
                  return bad.filter((data) => {
                    const wire = { readyState: "open", bufferedAmount: 0, send() {} };
                    const channel = new SegmentChannel(wire, store);
                    let ended = false;
                    channel.on("broken", () => (ended = true));
                    channel.want(1);
                    wire.onmessage({ data });
                    return !ended;
                  }).length;
                }
                """);
        assertThat(broken).as("nonsense that was let through").isEqualTo(0);
    }

    @Test
    void onlyBytesWithTheRightHashAreKept() {
        Object result = page.evaluate("""
                async () => {
                  const { SegmentStore } = await import("/js/store.js");
                  const { sha256 } = await import("/js/sha256.js");
                  const right = new Uint8Array([1, 2, 3]);
                  const store = new SegmentStore({ segments: [{ bytes: 3, sha256: await sha256(right) }] });
                  const wrong = [new Uint8Array([1, 2, 4]), new Uint8Array([1, 2, 3, 4]), new Uint8Array(0)];
                  const taken = [];
                  for (const bytes of [...wrong, right]) taken.push(await store.offer(0, bytes, "peers"));
                  return JSON.stringify({ taken, corrupt: store.corrupt, bytes: store.fromPeers, complete: store.complete });
                }
                """);
        assertThat(result)
                .isEqualTo("{\"taken\":[false,false,false,true],\"corrupt\":3,\"bytes\":3,\"complete\":true}");
    }

    @Test
    void theFilmWaitsForWhatIsMissingAndNeverRunsBackwards() {
        Object positions = page.evaluate("""
                async () => {
                  const { Player } = await import("/js/player.js");
                  const held = new Set([0, 1, 2]);
                  const store = { manifest: { segmentMs: 1000 }, count: 3, has: (n) => held.has(n), on() {} };
                  const player = new Player(undefined, store);
                  const seen = [];
                  const at = (now) => (player.advance(now), seen.push(`${player.position.toFixed(1)}${player.stalled ? " waits" : ""}`));
                  at(1000);
                  at(990); // a frame that began before the timer that ran first
                  at(1500);
                  held.delete(1);
                  at(2500);
                  held.add(1);
                  at(2600);
                  at(4500);
                  at(4800); // from the last segment to the first
                  return seen.join(", ");
                }
                """);
        assertThat(positions).isEqualTo("0.0, 0.0, 0.5, 1.0 waits, 1.1, 3.0, 0.3");
    }

    @Test
    void numbersReadAsRanges() {
        assertThat(
                        page.evaluate(
                                "async () => (await import('/js/names.js')).ranges([9, 3, 5, 4, 11]).replaceAll('\\u2060', '')"))
                .isEqualTo("3–5, 9 and 11");
    }

    private static void serve(Route route) {
        String path = URI.create(route.request().url()).getPath();
        if (path.equals("/empty.html")) {
            route.fulfill(new Route.FulfillOptions().setContentType("text/html").setBody("<!doctype html>"));
            return;
        }
        try (InputStream file = PageModulesTest.class.getResourceAsStream("/web" + path)) {
            if (file == null) {
                route.fulfill(new Route.FulfillOptions().setStatus(404));
                return;
            }
            route.fulfill(new Route.FulfillOptions()
                    .setHeaders(Map.of("Content-Type", "text/javascript"))
                    .setBodyBytes(file.readAllBytes()));
        } catch (IOException failed) {
            throw new UncheckedIOException(path + " cannot be read", failed);
        }
    }
}
