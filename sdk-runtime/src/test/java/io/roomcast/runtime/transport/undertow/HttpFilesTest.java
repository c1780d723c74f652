package io.roomcast.runtime.transport.undertow;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Limits;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpFilesTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static EchoServer server;

    @BeforeAll
    static void start() {
        server = new EchoServer(Limits.defaults(), builder -> builder.staticFolder("test-site"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void theIndexAnswersTheRoot() throws Exception {
        HttpResponse<String> response = get("/", Map.of());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("Test site");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    }

    @Test
    void aFileInAFolderIsServedWithItsType() throws Exception {
        HttpResponse<String> response = get("/sub/data.json", Map.of());
        assertThat(response.body()).contains("42");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @Test
    void aFileThatHasNotChangedIsNotSentAgain() throws Exception {
        HttpResponse<String> first = get("/", Map.of());
        assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-cache");
        String etag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(get("/", Map.of("If-None-Match", etag)).statusCode()).isEqualTo(304);
        assertThat(get("/", Map.of("If-None-Match", "\"other\"")).statusCode()).isEqualTo(200);
    }

    @Test
    void aPlainGetOfTheEndpointSaysWhatItIs() throws Exception {
        HttpResponse<String> response = get("/roomcast", Map.of());
        assertThat(response.statusCode()).isEqualTo(426);
        assertThat(response.headers().firstValue("Upgrade")).hasValue("websocket");
        assertThat(response.body()).startsWith("This is a WebSocket endpoint of Roomcast");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/sub",
                "/sub/",
                "/../outside-of-the-site.txt",
                "/%2e%2e/outside-of-the-site.txt",
                "/sub/../../outside-of-the-site.txt",
                "/sub/%2e%2e/%2e%2e/outside-of-the-site.txt",
                "/..%2foutside-of-the-site.txt",
                "/..%5coutside-of-the-site.txt",
                "/%252e%252e/outside-of-the-site.txt",
                "//outside-of-the-site.txt",
                "/./../outside-of-the-site.txt",
                "/roomcast/../../../../io/roomcast/runtime/transport/undertow/UndertowTransport.class",
                "/roomcast/%2e%2e/%2e%2e/MANIFEST.MF",
                "/roomcast/",
                "/roomcast/nothing.js",
                "/roomcastx",
                "/index.html%00.js",
            })
    void whatIsNotThereOrNotInsideIsNotServed(String path) throws Exception {
        try (RawClient client = RawClient.connect(server.address())) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            String response = client.readToEnd();
            assertThat(response)
                    .as(path)
                    .containsPattern("^HTTP/1.1 (4\\d\\d) ")
                    .doesNotContain("not for everybody");
        }
    }

    @Test
    void aFolderOfAJarIsNotAFile() {
        ClassPathFiles jar = new ClassPathFiles(Test.class.getClassLoader(), "org/junit/jupiter");
        assertThat(jar.getResource("/api")).isNull();
        assertThat(jar.getResource("/api/Test.class")).isNotNull();
        assertThat(jar.getResource("/api/Test.class").getETag().getTag()).hasSize(16);
    }

    private static HttpResponse<String> get(String path, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.address().getPort() + path));
        headers.forEach(request::header);
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
