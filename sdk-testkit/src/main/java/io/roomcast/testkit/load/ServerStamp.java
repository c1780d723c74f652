package io.roomcast.testkit.load;

import io.roomcast.testkit.program.Stamp;
import java.nio.ByteBuffer;

/**
 * The stamp on what a server sends of its own accord, such as prices: a {@link Stamp} whose instants are those of the machine's monotonic clock,
 * {@link System#nanoTime}, which all processes of one machine share. From another machine it is not understood, and the message is counted and not timed.
 */
public final class ServerStamp {

    static final int SENDER = -1;

    private ServerStamp() {}

    /** Writes one at the buffer's position; it takes {@link Stamp#BYTES} bytes. */
    public static void write(ByteBuffer target, int serial, long plannedNanoTime, long sentNanoTime) {
        Stamp.write(target, SENDER, serial, plannedNanoTime, sentNanoTime);
    }
}
