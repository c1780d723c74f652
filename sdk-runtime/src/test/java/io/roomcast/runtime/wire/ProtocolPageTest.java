package io.roomcast.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.CloseCode;
import io.roomcast.ErrorCode;
import io.roomcast.Limits;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code docs/protocol.md} shows is what the code does. {@link WireCostTest} holds its table of costs. */
class ProtocolPageTest {

    private static String page = "";
    private static String prose = "";

    @BeforeAll
    static void readThePage() throws IOException {
        page = Files.readString(Vectors.docs("protocol.md"));
        prose = page.replaceAll("\\s+", " ");
    }

    @Test
    void everyJsonFrameOnThePageIsAVector() {
        Set<String> known = new HashSet<>();
        for (Vectors.Vector vector : Vectors.all()) {
            if (vector.json() != null && vector.error() == null) {
                new String(vector.json(), StandardCharsets.UTF_8).lines().forEach(known::add);
            }
        }
        List<String> shown = page.lines()
                .map(line -> line.replaceFirst("^[<>] ", ""))
                .filter(line -> line.startsWith("{\""))
                .toList();

        assertThat(shown).hasSizeGreaterThan(20);
        assertThat(known).containsAll(shown);
    }

    @Test
    void everyHexadecimalMessageOnThePageIsAVector() {
        List<String> known = Vectors.all().stream()
                .filter(vector -> vector.protobuf() != null && vector.error() == null)
                .map(vector -> HexFormat.of().formatHex(vector.protobuf()))
                .toList();
        Matcher shown = Pattern.compile("```hex\n([0-9a-f]+)\n```").matcher(page);
        int count = 0;
        for (; shown.find(); count++) {
            assertThat(known).contains(shown.group(1));
        }

        assertThat(count).isEqualTo(3);
    }

    @Test
    void everyFrameOfTheSchemaIsExplained() {
        for (var frame : io.roomcast.runtime.wire.proto.Frame.getDescriptor().getFields()) {
            assertThat(page).contains("| `" + frame.getJsonName() + "` |");
        }
    }

    @Test
    void everyCloseCodeIsListed() {
        assertListed(CloseCode.class);
    }

    @Test
    void everyErrorCodeIsListed() {
        assertListed(ErrorCode.class);
    }

    @Test
    void theSubprotocolsAreThose() {
        for (String subprotocol : WireFormats.subprotocols()) {
            assertThat(page).contains("| `" + subprotocol + "` |");
        }
    }

    @Test
    void theDefaultLimitsAreThose() {
        Limits limits = Limits.defaults();

        assertThat(page)
                .contains("| bytes of a message* | " + grouped(limits.maxMessageBytes()) + " |")
                .contains("| fragments of a message | " + grouped(limits.maxFragments()) + " |")
                .contains("counted singly | " + grouped(limits.maxMessagesPerSecond()) + ",")
                .contains("| WebSocket pings and pongs in a second | " + limits.maxControlFramesPerSecond() + ",")
                .contains("| time until welcomed | " + limits.helloTimeout().toSeconds() + " s |")
                .contains("| bytes of `agent`, of `token` | " + HelloBounds.MAX_AGENT_BYTES + ", "
                        + grouped(HelloBounds.MAX_TOKEN_BYTES) + " (fixed) |")
                .contains("| bytes of `resume` | " + HelloBounds.MAX_RESUME_BYTES + " (fixed) |")
                .contains("| time without a connection* | "
                        + limits.resumeWindow().toSeconds() + " s |")
                .contains(
                        "| sessions without a connection, of a node | " + grouped(limits.maxDisconnectedPeers()) + " |")
                .contains("| rooms of a peer* | " + limits.maxRoomsPerPeer() + " |")
                .contains("| bytes that wait for a peer | " + limits.outboundBytesPerPeer() / (1 << 20) + " MiB |")
                .contains("| messages of a peer that wait for rooms | " + limits.inboxMessagesPerPeer() + " |")
                .contains(
                        "| open requests of a peer, of a server to it | " + limits.maxOpenRequestsPerPeer() + " each |")
                .contains("| `timeoutMs` of a request | "
                        + grouped((int) limits.maxRequestTimeout().toMillis()) + " |")
                .contains("| errors in a minute | " + limits.maxErrorsPerMinute() + " |")
                .contains("| time without progress in writing | "
                        + limits.writeTimeout().toSeconds() + " s |")
                .contains("| time for the closing handshake | "
                        + limits.closeTimeout().toSeconds() + " s |")
                .contains("| connections of the node, of an address | " + grouped(limits.maxConnections()) + " each |");
        assertThat(prose).contains("when " + limits.pongTimeout().toSeconds() + " s later");
        assertThat(limits.maxConnectionsPerAddress()).isEqualTo(limits.maxConnections());
    }

    private static void assertListed(Class<?> codes) {
        Stream.of(codes.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .filter(field -> !field.getName().contains("APPLICATION"))
                .forEach(field -> assertThat(page).contains("| " + value(field) + " | " + field.getName() + " |"));
    }

    private static int value(Field field) {
        try {
            return field.getInt(null);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String grouped(int number) {
        return String.format(java.util.Locale.ROOT, "%,d", number);
    }
}
