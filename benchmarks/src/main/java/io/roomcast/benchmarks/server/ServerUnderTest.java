package io.roomcast.benchmarks.server;

/**
 * A server that repeats every message it gets from a peer of a room to all peers of that room, the sender included. It runs in
 * a JVM of its own, started by {@link ServerMain}, so that its processor time is that of a process.
 *
 * <p>An implementation is what somebody would write who uses that server well and plainly, and no more. Another language
 * takes part by speaking what {@link ControlLoop} speaks.
 */
public interface ServerUnderTest extends AutoCloseable {

    /**
     * Starts it on a free port of the loopback interface.
     *
     * @param ioThreads on how many threads it does its input and output
     * @return the port
     */
    int start(int ioThreads);

    /** Returns how many WebSocket connections it has now. From any thread. */
    int connections();

    /** Stops it. */
    @Override
    void close();
}
