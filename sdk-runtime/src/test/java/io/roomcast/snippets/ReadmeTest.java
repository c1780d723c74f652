package io.roomcast.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Roomcast;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ten lines of the README do what the README says, seen by a client that knows nothing of Roomcast. */
class ReadmeTest {

    private static final long DEADLINE_SECONDS = 10;

    private final Roomcast node = Roomcast.builder()
            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .requireOrigin(false)
            .room("chat/{topic}", new ChatRoom())
            .start();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void whatOnePeerSaysTheOthersHear() throws InterruptedException {
        Client ada = new Client();
        Client ben = new Client();
        ada.send("{\"join\":{\"room\":\"chat/jazz\",\"ref\":1}}");
        assertThat(ada.next()).contains("\"joined\"", "\"ref\":1");
        ben.send("{\"join\":{\"room\":\"chat/jazz\",\"ref\":1}}");
        assertThat(ben.next()).contains("\"joined\"");
        assertThat(ada.next()).contains("\"event\":\"joined\"", "\"text\":\"" + ben.id + "\"");

        ben.send("{\"message\":{\"room\":\"chat/jazz\",\"event\":\"say\",\"text\":\"hello\"}}");
        assertThat(ada.next()).contains("\"event\":\"say\"", "\"from\":\"" + ben.id + "\"", "\"text\":\"hello\"");

        // Ben does not hear himself: what comes next is the answer to his ping.
        ben.send("{\"ping\":{\"ref\":7}}");
        assertThat(ben.next()).contains("\"pong\"", "\"ref\":7");
    }

    @Test
    void theNodeServesTheBrowserClient() throws IOException, InterruptedException {
        HttpResponse<String> client = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri("http", "/roomcast/client.js"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(client.statusCode()).isEqualTo(200);
        assertThat(client.headers().firstValue("content-type").orElse("none")).contains("javascript");
        assertThat(client.body()).contains("roomcast.v1.");
    }

    private URI uri(String scheme, String path) {
        InetSocketAddress address = node.addresses().get(0);
        return URI.create(scheme + "://" + address.getAddress().getHostAddress() + ":" + address.getPort() + path);
    }

    /** Speaks the JSON subprotocol by hand. */
    private final class Client implements WebSocket.Listener {

        private static final Pattern PEER = Pattern.compile("\"peer\":\"([^\"]+)\"");

        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final WebSocket socket;
        private final String id;

        Client() throws InterruptedException {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("roomcast.v1.json")
                    .buildAsync(uri("ws", "/roomcast"), this)
                    .join();
            send("{\"hello\":{\"agent\":\"by-hand\"}}");
            Matcher peer = PEER.matcher(next());
            assertThat(peer.find()).as("a welcome with the peer's id").isTrue();
            id = peer.group(1);
        }

        void send(String line) {
            socket.sendText(line, true).join();
        }

        String next() throws InterruptedException {
            String line = lines.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(line)
                    .as("a line from the node within %d s", DEADLINE_SECONDS)
                    .isNotNull();
            return line;
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                text.toString().lines().filter(line -> !line.isEmpty()).forEach(lines::add);
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
