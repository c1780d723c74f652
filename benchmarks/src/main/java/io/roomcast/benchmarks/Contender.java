package io.roomcast.benchmarks;

import io.roomcast.benchmarks.load.Dialect;
import io.roomcast.benchmarks.load.PlainDialect;
import io.roomcast.benchmarks.load.RoomcastDialect;
import io.roomcast.benchmarks.server.ServerMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The servers that can take part. */
enum Contender {
    UNDERTOW("undertow", new PlainDialect(), "Undertow's WebSocket layer, one WebSockets.sendBinary per peer"),
    ROOMCAST("roomcast", new RoomcastDialect(), "a Roomcast node, a room with a non-blocking handler"),
    ROOMCAST_BLOCKING("roomcast-blocking", new RoomcastDialect(), "the same with the default handler, which may block");

    private final String label;
    private final Dialect dialect;
    private final String description;

    Contender(String label, Dialect dialect, String description) {
        this.label = label;
        this.dialect = dialect;
        this.description = description;
    }

    String label() {
        return label;
    }

    Dialect dialect() {
        return dialect;
    }

    String description() {
        return description;
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

    static Contender of(String label) {
        for (Contender contender : values()) {
            if (contender.label.equals(label)) {
                return contender;
            }
        }
        throw new IllegalArgumentException("--servers names " + label + ", expected some of "
                + List.of(values()).stream().map(Contender::label).toList());
    }
}
