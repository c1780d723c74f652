package io.roomcast.benchmarks.server;

import io.roomcast.RoomOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** The main class of a server under test. */
public final class ServerMain {

    private ServerMain() {}

    /**
     * Runs a server until it is told to stop.
     *
     * @param arguments the name of the server
     */
    public static void main(String[] arguments) {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("got " + arguments.length + " arguments, expected the name of a server");
        }
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        // A server that leaves a thread behind shall not keep the harness waiting, whether it ended well or not.
        try {
            new ControlLoop(create(arguments[0])).run(commands, System.out);
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }

    private static ServerUnderTest create(String name) {
        return switch (name) {
            case "bare" -> new BareServer();
            case "undertow" -> new UndertowServer();
            case "netty" -> new NettyServer();
            case "vertx" -> new VertxServer();
            case "netty-socketio" -> new NettySocketIoServer();
            case "roomcast", "roomcast-coalescing", "roomcast-json" ->
                new RoomcastServer(RoomOptions.builder().nonBlocking().build());
            case "roomcast-blocking" -> new RoomcastServer(RoomOptions.defaults());
            default -> throw new IllegalArgumentException("server is " + name + ", expected a name that --help lists");
        };
    }
}
