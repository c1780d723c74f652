package io.roomcast.runtime.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.roomcast.Message;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.wire.Vectors.Vector;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors that the Java and JavaScript tests share, against this side's readers and writers. */
class GoldenVectorsTest {

    private static final String TOKEN = "AAAAAAAAAAAA.Zm9vYmFyLXBlZXItMDE.0123456789abcdefABCDEF";
    private static final WireFormat PROTOBUF = new ProtobufFormat();
    private static final WireFormat JSON = new JsonFormat();

    private static final String PEER = "Zm9vYmFyLXBlZXItMDE";
    private static final String UNICODE = "grüße 🚀 „你好“";
    private static final byte[] BINARY = HexFormat.of().parseHex("ff0080fe0a");
    private static final String ESCAPED = "\0\u001f\"\\/\n\r\t\u007f\u2028";
    private static final String EPOCH = "kX2vQ8sT0aBc.1";
    private static final String NEXT_EPOCH = "kX2vQ8sT0aBc.2";
    private static final RoomKey CHAT = new RoomKey(1, "chat/1");
    private static final RoomKey UNICODE_ROOM = new RoomKey(300, "raum/" + UNICODE);
    private static final byte[] NOTHING = {};

    /** What the server would call to send each vector. Vectors of later servers are missing: this one cannot send them. */
    private static final Map<String, Function<WireFormat, List<Chunk>>> SENDING = sending();

    private static final Set<String> FROM_LATER_SERVERS =
            Set.of("unknown frame from a later server", "unknown fields from a later server");

    static final List<Vector> CLIENT = Vectors.fromClients();
    static final List<Vector> SERVER = Vectors.fromServers();
    static final List<Vector> MALFORMED = Vectors.malformed();

    @Test
    void everyVectorHasANameOfItsOwnAndAKind() {
        List<Vector> all = Vectors.all();
        Set<String> names = new HashSet<>();
        for (Vector vector : all) {
            assertThat(names.add(vector.from() + " " + vector.name()))
                    .as(vector.name())
                    .isTrue();
            assertThat(vector.protobuf() != null || vector.json() != null)
                    .as(vector.name())
                    .isTrue();
        }
        assertThat(CLIENT.size() + SERVER.size() + MALFORMED.size()).isEqualTo(all.size());
    }

    @ParameterizedTest
    @MethodSource("clientProtobuf")
    void protobufFromAClientMeansWhatTheGeneratedClassesSay(Vector vector) throws Exception {
        assertThat(FrameRecorder.read(PROTOBUF, vector.protobuf())).isEqualTo(GeneratedReader.read(vector.protobuf()));
    }

    @ParameterizedTest
    @MethodSource("clientBoth")
    void bothEncodingsOfAClientFrameMeanTheSame(Vector vector) throws Exception {
        List<ClientFrame> named = FrameRecorder.read(PROTOBUF, vector.protobuf()).stream()
                .map(GoldenVectorsTest::withRoomName)
                .toList();

        assertThat(FrameRecorder.read(JSON, vector.json())).isEqualTo(named);
    }

    @ParameterizedTest
    @FieldSource("CLIENT")
    void whatAClientSendsIsReadFromEveryKindOfBuffer(Vector vector) throws Exception {
        for (WireFormat format : WireFormats.byPreference()) {
            byte[] bytes = vector.bytes(format);
            if (bytes != null) {
                List<ClientFrame> expected = FrameRecorder.read(format, bytes);
                ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 7).position(5);
                direct.put(bytes).flip().position(5);
                ByteBuffer inside = ByteBuffer.allocate(bytes.length + 7).position(3);
                inside.put(bytes).flip().position(3);

                assertThat(FrameRecorder.read(format, direct)).isEqualTo(expected);
                assertThat(FrameRecorder.read(format, inside.slice())).isEqualTo(expected);
                assertThat(FrameRecorder.read(format, inside.asReadOnlyBuffer()))
                        .isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SERVER")
    void whatTheServerSendsIsTheVectorToTheByte(Vector vector) {
        if (FROM_LATER_SERVERS.contains(vector.name())) {
            assertThat(SENDING).doesNotContainKey(vector.name());
            return;
        }
        assertThat(SENDING).containsKey(vector.name());
        if (vector.protobuf() != null) {
            byte[] sent = joined(SENDING.get(vector.name()).apply(PROTOBUF));
            assertThat(HexFormat.of().formatHex(sent)).isEqualTo(HexFormat.of().formatHex(vector.protobuf()));
        }
        if (vector.json() != null) {
            byte[] sent = joined(SENDING.get(vector.name()).apply(JSON));
            assertThat(new String(sent, UTF_8)).isEqualTo(new String(vector.json(), UTF_8));
        }
    }

    @ParameterizedTest
    @MethodSource("serverProtobuf")
    void whatTheServerSendsIsWhatTheGeneratedClassesWouldSend(Vector vector) throws Exception {
        byte[] bytes = vector.protobuf();
        var batch = io.roomcast.runtime.wire.proto.Batch.parseFrom(bytes);

        assertThat(batch.toByteArray()).isEqualTo(bytes);
        for (var frame : GeneratedReader.serverFrames(bytes)) {
            assertThat(frame.getUnknownFields().asMap().isEmpty())
                    .isEqualTo(!vector.name().equals("unknown frame from a later server"));
        }
    }

    @ParameterizedTest
    @FieldSource("MALFORMED")
    void malformedInputIsRefusedAndTheTextSaysWhy(Vector vector) {
        WireFormat format = vector.protobuf() != null ? PROTOBUF : JSON;

        assertThatThrownBy(() -> FrameRecorder.read(format, vector.bytes(format)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining(vector.error())
                .hasMessageMatching(
                        vector.protobuf() != null ? "(?s).+, at byte \\d+" : "(?s).+, at line \\d+, column \\d+");
    }

    @ParameterizedTest
    @FieldSource("MALFORMED")
    void framesBeforeTheMalformedOneAreTold(Vector vector) {
        WireFormat format = vector.protobuf() != null ? PROTOBUF : JSON;
        FrameRecorder recorder = new FrameRecorder();

        assertThatThrownBy(() -> format.read(ByteBuffer.wrap(vector.bytes(format)), recorder))
                .isInstanceOf(WireException.class);

        assertThat(recorder.frames)
                .hasSize(vector.name().startsWith("second ") && vector.name().endsWith(" is bad") ? 1 : 0);
    }

    /** Some of what protobuf itself would tolerate is refused here on purpose; the rest must be malformed to it as well. */
    @ParameterizedTest
    @MethodSource("malformedProtobuf")
    void whatIsRefusedIsMalformedToTheGeneratedClassesTooUnlessItIsABoundOfOurs(Vector vector) {
        Set<String> ours = Set.of(
                "tag over 32 bits",
                "route of 2^31",
                "groups nested 9 deep",
                "agent too long",
                "token too long",
                "resume token too long",
                "room number of 2^31",
                "leave of a room number of 2^31",
                "request of a room number of 2^31",
                "history of a room number of 2^31");
        if (ours.contains(vector.name())) {
            return;
        }
        assertThatThrownBy(() -> GeneratedReader.read(vector.protobuf()))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }

    static Stream<Vector> clientProtobuf() {
        return CLIENT.stream().filter(vector -> vector.protobuf() != null);
    }

    static Stream<Vector> clientBoth() {
        return clientProtobuf().filter(vector -> vector.json() != null);
    }

    static Stream<Vector> serverProtobuf() {
        return SERVER.stream().filter(vector -> vector.protobuf() != null);
    }

    static Stream<Vector> malformedProtobuf() {
        return MALFORMED.stream().filter(vector -> vector.protobuf() != null);
    }

    private static ClientFrame withRoomName(ClientFrame frame) {
        if (frame instanceof ClientFrame.Leave leave && leave.number() == CHAT.number()) {
            return new ClientFrame.Leave(0, CHAT.name(), leave.ref());
        }
        if (frame instanceof ClientFrame.Sent sent && sent.number() == CHAT.number()) {
            return new ClientFrame.Sent(0, CHAT.name(), sent.event(), sent.to(), sent.payload());
        }
        if (frame instanceof ClientFrame.Asked asked && asked.number() == CHAT.number()) {
            return new ClientFrame.Asked(
                    0, CHAT.name(), asked.event(), asked.id(), asked.timeoutMillis(), asked.payload());
        }
        if (frame instanceof ClientFrame.PageWanted wanted && wanted.number() == CHAT.number()) {
            return new ClientFrame.PageWanted(
                    0, CHAT.name(), wanted.ref(), wanted.epoch(), wanted.after(), wanted.limit());
        }
        return frame;
    }

    private static byte[] joined(List<Chunk> chunks) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (Chunk chunk : chunks) {
            ByteBuffer bytes = ByteBuffer.allocate(chunk.size());
            chunk.writeTo(bytes);
            message.writeBytes(bytes.array());
        }
        return message.toByteArray();
    }

    private static Map<String, Function<WireFormat, List<Chunk>>> sending() {
        Map<String, Function<WireFormat, Chunk>> one = new LinkedHashMap<>();
        one.put("welcome", to -> to.welcome(welcome(25000)));
        one.put("welcome, without server pings", to -> to.welcome(welcome(0)));
        one.put(
                "welcome, resumable",
                to -> to.welcome(new WelcomeFrame(PEER, "node-a", 65536, 128, 25000, TOKEN, 30000, false, 0)));
        one.put(
                "welcome, resumed",
                to -> to.welcome(new WelcomeFrame(PEER, "node-a", 65536, 128, 25000, TOKEN, 30000, true, 300)));
        one.put(
                "joined",
                to -> to.joined(
                        CHAT, 1, "{\"topic\":\"x\"}".getBytes(UTF_8), List.of(define(1, "say"), define(2, "typing"))));
        one.put("joined, no snapshot", to -> to.joined(CHAT, 1, NOTHING, List.of(define(1, "say"))));
        one.put("joined, no snapshot, no routes, by the server", to -> to.joined(CHAT, 0, NOTHING, List.of()));
        one.put(
                "joined, binary snapshot, unicode room",
                to -> to.joined(UNICODE_ROOM, -1, BINARY, List.of(define(16384, UNICODE))));
        one.put("left, after leave", to -> to.left(CHAT, 2, ""));
        one.put("left, removed", to -> to.left(CHAT, 0, "moderated"));
        one.put("message", to -> to.message(CHAT, null, Message.of("say", "hello")));
        one.put(
                "message, with its sender",
                to -> to.message(
                        CHAT, PEER, Message.of("signal", "{\"candidate\":null}").addressedTo("not told")));
        one.put("message, outside any room", to -> to.message(null, null, Message.of("hint", "x")));
        one.put("message, empty payload", to -> to.message(CHAT, null, Message.of("typing")));
        one.put("message, binary payload", to -> to.message(CHAT, null, Message.of("say", BINARY)));
        one.put("message, unicode event and payload", to -> to.message(CHAT, null, Message.of(UNICODE, UNICODE)));
        one.put("message, text that JSON must escape", to -> to.message(CHAT, null, Message.of("say", ESCAPED)));
        one.put(
                "message, payload with a byte order mark",
                to -> to.message(CHAT, null, Message.of("say", "\ufeffhello")));
        one.put("data, route of one byte", to -> to.data(1, Message.of("say", "hello")));
        one.put("data, empty payload", to -> to.data(2, Message.of("typing")));
        one.put("data, route of two bytes", to -> to.data(128, Message.of("say", "hello")));
        one.put("data, route of three bytes, binary payload", to -> to.data(16384, Message.of("say", BINARY)));
        one.put("data, 128 bytes", to -> to.data(1, Message.of("say", countedUp(128))));
        one.put("route", to -> to.route(CHAT, define(3, "moved")));
        one.put("route, of three bytes, unicode event", to -> to.route(UNICODE_ROOM, define(16384, UNICODE)));
        one.put("gap", to -> to.gap(CHAT, 3));
        one.put("gap, size unknown", to -> to.gap(CHAT, 0));
        one.put("gap, large", to -> to.gap(CHAT, (1L << 53) - 1));
        one.put("goAway", to -> to.goAway(1500, "restart"));
        one.put("goAway, at once", to -> to.goAway(0, "restart"));
        one.put("error, terminal", to -> to.error(3, "token has expired", 0, true, ""));
        one.put("error, of a join", to -> to.error(5, "no pattern matches", 1, false, "nowhere/1"));
        one.put("error, all fields", to -> to.error(1000, UNICODE, -1, true, UNICODE_ROOM.name()));
        one.put("pong", to -> to.pong(1));
        one.put("pong, without ref", to -> to.pong(0));
        one.put("request", to -> to.request(CHAT, null, 7, 5000, Message.of("ready", "?")));
        one.put(
                "request, outside any room, binary payload",
                to -> to.request(null, null, 1, 1, Message.of("time", BINARY)));
        one.put(
                "request, largest id, with its sender, empty payload",
                to -> to.request(CHAT, PEER, -1, 600_000, Message.of("ready")));
        one.put("reply", to -> to.reply(1, Message.of("not told", "42")));
        one.put("reply, empty payload", to -> to.reply(2, Message.of("not told")));
        one.put("reply, refused", to -> to.refusal(3, 15, "nobody answers \"sum\" here"));
        one.put("cancel", to -> to.cancel(7));
        one.put("ack", to -> to.ack(128));
        one.put("ack, large", to -> to.ack((1L << 53) - 1));
        one.put("moved", to -> to.moved(CHAT, List.of(define(1, "say"), define(2, "typing"))));
        one.put("moved, no routes", to -> to.moved(CHAT, List.of()));
        one.put(
                "joined, room with history",
                to -> to.joined(
                        CHAT,
                        1,
                        NOTHING,
                        List.of(new RouteDefinition(1, "say", true)),
                        new JoinedAt(EPOCH, 41, 0, false)));
        one.put("joined, history is empty", to -> joined(to, NOTHING, new JoinedAt(EPOCH, 0, 0, false)));
        one.put("joined, recovered", to -> joined(to, "x".getBytes(UTF_8), new JoinedAt(EPOCH, 41, 3, false)));
        one.put("joined, unrecoverable", to -> joined(to, NOTHING, new JoinedAt(EPOCH, (1L << 53) - 1, 0, true)));
        one.put("joined, unrecoverable, place not known", to -> joined(to, NOTHING, new JoinedAt("", 0, 0, true)));
        one.put("route of the history", to -> to.route(CHAT, new RouteDefinition(3, "moved", true)));
        one.put("message, with its place", to -> to.message(CHAT, null, Message.of("say", "hello"), 42));
        one.put(
                "message, with its sender and its place",
                to -> to.message(CHAT, PEER, Message.of("say", "hello"), 300));
        one.put("position", to -> to.position(CHAT, 44, ""));
        one.put("position, another epoch", to -> to.position(CHAT, 7, NEXT_EPOCH));
        one.put("position, the beginning of another epoch", to -> to.position(CHAT, 0, NEXT_EPOCH));
        one.put(
                "page",
                to -> to.page(
                        CHAT,
                        5,
                        new PageContent(
                                EPOCH,
                                21,
                                70,
                                45,
                                List.of(
                                        new PageContent.Entry(42, Message.of("say", "hello"), null),
                                        new PageContent.Entry(43, Message.of("signal", BINARY), PEER),
                                        new PageContent.Entry(45, Message.of("typing"), null)))));
        one.put("page, of an empty history", to -> to.page(CHAT, 5, new PageContent(EPOCH, 1, 0, 0, List.of())));

        Map<String, Function<WireFormat, List<Chunk>>> all = new LinkedHashMap<>();
        one.forEach((name, frame) -> all.put(name, to -> List.of(frame.apply(to))));
        all.put("batch of joined, data of the history, position, data", to -> {
            Message first = Message.of("say", "a");
            Message second = Message.of("say", "b");
            JoinedAt at = new JoinedAt(EPOCH, 41, 0, false);
            Chunk joined = to.joined(CHAT, 1, NOTHING, List.of(new RouteDefinition(1, "say", true)), at);
            return to.usesRoutes()
                    ? List.of(joined, to.data(1, first), to.position(CHAT, 44, ""), to.data(1, second))
                    : List.of(joined, to.message(CHAT, null, first, 42), to.message(CHAT, null, second, 45));
        });
        all.put("batch of joined, data, route, data", to -> {
            Message say = Message.of("say", "a");
            Message typing = Message.of("typing");
            return to.usesRoutes()
                    ? List.of(
                            to.joined(CHAT, 1, NOTHING, List.of(define(1, "say"))),
                            to.data(1, say),
                            to.route(CHAT, define(2, "typing")),
                            to.data(2, typing))
                    : List.of(
                            to.joined(CHAT, 1, NOTHING, List.of()),
                            to.message(CHAT, null, say),
                            to.message(CHAT, null, typing));
        });
        return all;
    }

    private static WelcomeFrame welcome(int pingIntervalMillis) {
        return new WelcomeFrame(PEER, "node-a", 65536, 128, pingIntervalMillis, "", 0, false, 0);
    }

    private static Chunk joined(WireFormat to, byte[] snapshot, JoinedAt at) {
        return to.joined(CHAT, 1, snapshot, List.of(), at);
    }

    private static RouteDefinition define(int route, String event) {
        return new RouteDefinition(route, event);
    }

    private static byte[] countedUp(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}
