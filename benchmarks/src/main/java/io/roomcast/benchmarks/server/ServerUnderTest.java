package io.roomcast.benchmarks.server;

/**
 * A server with rooms. What it does with a message is said by the name of the room, see {@link RoomKind}. It runs in a JVM of
 * its own, started by {@link ServerMain}, so that its processor time is that of a process.
 *
 * <p>An implementation is what somebody would write who uses that server well and plainly, and no more. Another language
 * takes part by speaking what {@link ControlLoop} speaks; those for Node are in {@code src/main/node}.
 */
public interface ServerUnderTest extends AutoCloseable {

    /**
     * Starts it on a free port of the loopback interface.
     *
     * @param ioThreads on how many threads it does its input and output
     * @return the port
     */
    int start(int ioThreads);

    /** Returns how many WebSocket connections are in their rooms now. From any thread. */
    int connections();

    /** Stops it. */
    @Override
    void close();
}
