package io.roomcast.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Message;
import io.roomcast.runtime.transport.Chunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a message costs on the wire beside its payload, WebSocket header included. */
class WireCostTest {

    private static final WireFormat PROTOBUF = new ProtobufFormat();
    private static final WireFormat JSON = new JsonFormat();
    private static final RoomKey ROOM = new RoomKey(1, "chat/1");
    private static final String SENDER = "Zm9vYmFyLXBlZXItMDE";
    private static final List<Integer> SIZES = List.of(16, 128, 1024);

    @Test
    void aRelayedMessageOf128BytesCostsAtMostEightBytesInProtobuf() {
        int over = over(128, payload -> PROTOBUF.data(127, text(payload)));

        System.out.println(
                "128-byte message on a route, WebSocket header included: " + over + " bytes over its payload");
        assertThat(over).isLessThanOrEqualTo(8);
    }

    @Test
    void theTableInTheProtocolPageIsWhatIsMeasured() throws IOException {
        List<String> measured = new ArrayList<>();
        rows().forEach((name, row) -> measured.add("| " + name + " | "
                + SIZES.stream().map(size -> Integer.toString(over(size, row))).collect(Collectors.joining(" | "))
                + " |"));
        String table = String.join("\n", measured);
        System.out.println("bytes over the payload, WebSocket header included\n" + table);

        assertThat(Files.readString(Vectors.docs("protocol.md"))).contains(table);
    }

    private static Map<String, Function<Integer, Chunk>> rows() {
        Map<String, Function<Integer, Chunk>> rows = new LinkedHashMap<>();
        rows.put("protobuf, route 1 to 127", size -> PROTOBUF.data(127, text(size)));
        rows.put("protobuf, route 128 to 16383", size -> PROTOBUF.data(16383, text(size)));
        rows.put("protobuf, spelled out, with its sender", size -> PROTOBUF.message(ROOM, SENDER, text(size)));
        rows.put("JSON, text that needs no escapes", size -> JSON.message(ROOM, null, text(size)));
        rows.put("JSON, text, with its sender", size -> JSON.message(ROOM, SENDER, text(size)));
        rows.put("JSON, bytes that are not UTF-8", size -> JSON.message(ROOM, null, binary(size)));
        return rows;
    }

    private static int over(int payload, Function<Integer, Chunk> encoding) {
        int message = encoding.apply(payload).size();
        return headerBytes(message) + message - payload;
    }

    /** RFC 6455 section 5.2, from server to client, that is without a masking key. */
    private static int headerBytes(int message) {
        return message <= 125 ? 2 : message <= 65535 ? 4 : 10;
    }

    private static Message text(int size) {
        return Message.of("say", "x".repeat(size));
    }

    private static Message binary(int size) {
        return Message.of(
                "say",
                IntStream.range(0, size)
                        .mapToObj(i -> "ÿ")
                        .collect(Collectors.joining())
                        .getBytes(StandardCharsets.ISO_8859_1));
    }
}
