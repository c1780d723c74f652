package io.roomcast.benchmarks;

import io.roomcast.benchmarks.load.Dialect;
import io.roomcast.benchmarks.load.PlainDialect;
import io.roomcast.benchmarks.load.RoomcastDialect;
import io.roomcast.benchmarks.server.ServerMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that can take part.
 *
 * @param label its name, also for {@link ServerMain}
 * @param dialect what it speaks
 * @param description what it is, in a line
 */
record Contender(String label, Dialect dialect, String description) {

    static final Contender BARE = new Contender(
            "bare", new PlainDialect(), "one selector and the kernel, no WebSocket server: the least a JVM can do");
    static final Contender UNDERTOW = new Contender(
            "undertow", new PlainDialect(), "Undertow's WebSocket layer, one WebSockets.sendBinary per peer");
    static final Contender ROOMCAST =
            new Contender("roomcast", new RoomcastDialect(), "a Roomcast node, a room with a non-blocking handler");
    static final Contender ROOMCAST_BLOCKING = new Contender(
            "roomcast-blocking", new RoomcastDialect(), "the same with the default handler, which may block");

    private static final List<Contender> ALL = List.of(BARE, UNDERTOW, ROOMCAST, ROOMCAST_BLOCKING);

    static Contender of(String label) {
        return ALL.stream()
                .filter(contender -> contender.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--servers names " + label + ", expected some of "
                        + ALL.stream().map(Contender::label).toList()));
    }

    /**
     * Returns the command that starts it.
     *
     * @param flags of the JVM
     */
    List<String> command(List<String> flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(ServerMain.class.getName());
        command.add(label);
        return command;
    }
}
