package io.roomcast.testkit.program;

import java.nio.ByteBuffer;

/**
 * The first {@value #BYTES} bytes of every payload that a scenario sends, by which whoever gets it knows who sent it, as which of its messages, and
 * when. Big-endian: {@code int} sender, {@code int} serial, {@code long} planned, {@code long} sent; the instants are nanoseconds since the run
 * began.
 *
 * @param sender the number of the peer in the run
 * @param serial 1, 2, 3 … of the sender's messages and requests
 * @param planned when the scenario wanted it sent: latency is measured from here
 * @param sent when it was: what lies between is the generator's own lag
 */
public record Stamp(int sender, int serial, long planned, long sent) {

    /** How many bytes a stamp takes. */
    public static final int BYTES = 24;

    /** Writes a stamp at the buffer's position. */
    public static void write(ByteBuffer target, int sender, int serial, long planned, long sent) {
        target.putInt(sender).putInt(serial).putLong(planned).putLong(sent);
    }

    /** Returns the sender of the stamp at an index. */
    public static int sender(ByteBuffer payload, int index) {
        return payload.getInt(index);
    }

    /** Returns the serial of the stamp at an index. */
    public static int serial(ByteBuffer payload, int index) {
        return payload.getInt(index + 4);
    }

    /** Returns the planned instant of the stamp at an index. */
    public static long planned(ByteBuffer payload, int index) {
        return payload.getLong(index + 8);
    }

    /** Returns the instant of sending of the stamp at an index. */
    public static long sent(ByteBuffer payload, int index) {
        return payload.getLong(index + 16);
    }

    /** Reads the stamp at the buffer's position without moving it. */
    public static Stamp read(ByteBuffer payload) {
        int index = payload.position();
        return new Stamp(sender(payload, index), serial(payload, index), planned(payload, index), sent(payload, index));
    }
}
