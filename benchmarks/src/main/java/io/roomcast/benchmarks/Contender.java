package io.roomcast.benchmarks;

import io.roomcast.benchmarks.load.Dialect;
import io.roomcast.benchmarks.load.PlainDialect;
import io.roomcast.benchmarks.load.RoomcastDialect;
import io.roomcast.benchmarks.load.RoomcastJsonDialect;
import io.roomcast.benchmarks.load.SignalForm;
import io.roomcast.benchmarks.load.SocketIoDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server that can take part.
 *
 * @param label its name
 * @param platform what it runs in
 * @param dialects what its clients speak
 * @param workloads the names of those in which it takes part
 * @param description what it is, in a line
 */
record Contender(String label, Platform platform, Dialects dialects, List<String> workloads, String description) {

    /** What a server runs in. */
    enum Platform {
        JVM(".jfr"),
        NODE(".cpuprofile");

        private final String profileEnding;

        Platform(String profileEnding) {
            this.profileEnding = profileEnding;
        }

        /** Returns how the names of its profiles end. */
        String profileEnding() {
            return profileEnding;
        }
    }

    /** Makes a dialect. */
    @FunctionalInterface
    interface Dialects {

        /**
         * Makes it.
         *
         * @param resumable whether clients of Roomcast ask for sessions that can be resumed
         */
        Dialect of(boolean resumable);
    }

    private static final List<String> ONE_ROOM = List.of("fanout", "idle", "connect");
    private static final List<String> PLAIN = List.of("fanout", "signalling", "echo", "idle", "connect");
    private static final List<String> HELD_BACK = List.of("fanout", "signalling", "echo", "idle", "connect", "stalled");
    private static final List<String> EVERYTHING =
            List.of("fanout", "signalling", "recorded", "echo", "idle", "connect", "stalled");

    static final Contender BARE = new Contender(
            "bare",
            Platform.JVM,
            resumable -> new PlainDialect(),
            ONE_ROOM,
            "one selector and the kernel, no WebSocket server: the least a JVM can do");
    static final Contender UNDERTOW = new Contender(
            "undertow",
            Platform.JVM,
            resumable -> new PlainDialect(),
            HELD_BACK,
            "Undertow's WebSocket layer, one WebSockets.sendBinary per peer");
    static final Contender NETTY = new Contender(
            "netty",
            Platform.JVM,
            resumable -> new PlainDialect(),
            PLAIN,
            "Netty 4.2, native epoll, one encoded frame for all peers, flushed once per burst");
    static final Contender VERTX = new Contender(
            "vertx",
            Platform.JVM,
            resumable -> new PlainDialect(),
            PLAIN,
            "Vert.x 5, native transport, one writeBinaryMessage per peer");
    static final Contender NETTY_SOCKETIO = new Contender(
            "netty-socketio",
            Platform.JVM,
            resumable -> new SocketIoDialect(),
            PLAIN,
            "netty-socketio 2 with its rooms, over WebSocket only");
    static final Contender WS = new Contender(
            "ws", Platform.NODE, resumable -> new PlainDialect(), PLAIN, "Node with ws, one send per peer");
    static final Contender SOCKETIO = new Contender(
            "socketio",
            Platform.NODE,
            resumable -> new SocketIoDialect(),
            PLAIN,
            "Socket.IO 4 with its rooms, over WebSocket only");
    static final Contender ROOMCAST = new Contender(
            "roomcast",
            Platform.JVM,
            resumable -> new RoomcastDialect(SignalForm.STRUCTURED_EACH, resumable),
            EVERYTHING,
            "a Roomcast node, rooms with non-blocking handlers, clients that send each signal by itself");
    static final Contender ROOMCAST_COALESCING = new Contender(
            "roomcast-coalescing",
            Platform.JVM,
            resumable -> new RoomcastDialect(SignalForm.STRUCTURED_TOGETHER, resumable),
            List.of("signalling", "recorded"),
            "the same, clients that put candidates together, as its browser client does");
    static final Contender ROOMCAST_JSON = new Contender(
            "roomcast-json",
            Platform.JVM,
            RoomcastJsonDialect::new,
            List.of("recorded"),
            "the same, clients that speak JSON and send each signal by itself");
    static final Contender ROOMCAST_BLOCKING = new Contender(
            "roomcast-blocking",
            Platform.JVM,
            resumable -> new RoomcastDialect(SignalForm.STRUCTURED_EACH, resumable),
            HELD_BACK,
            "a Roomcast node, rooms with the default handlers, which may block");

    private static final List<Contender> ALL = List.of(
            BARE,
            UNDERTOW,
            NETTY,
            VERTX,
            NETTY_SOCKETIO,
            WS,
            SOCKETIO,
            ROOMCAST,
            ROOMCAST_COALESCING,
            ROOMCAST_JSON,
            ROOMCAST_BLOCKING);

    /** Those that are compared with the others: the first with all, each further one also with those before it. */
    static final List<String> SUBJECTS = List.of(ROOMCAST.label, ROOMCAST_COALESCING.label);

    static List<Contender> byDefault() {
        List<Contender> contenders = new ArrayList<>(ALL);
        contenders.removeAll(List.of(BARE, ROOMCAST_BLOCKING));
        return List.copyOf(contenders);
    }

    static List<Contender> listed(String labels) {
        return Stream.of(labels.split(",")).map(Contender::of).toList();
    }

    private static Contender of(String label) {
        return ALL.stream()
                .filter(contender -> contender.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--servers names " + label + ", expected some of "
                        + ALL.stream().map(Contender::label).toList()));
    }
}
