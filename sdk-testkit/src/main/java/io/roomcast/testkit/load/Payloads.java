package io.roomcast.testkit.load;

import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.scenario.Payload;
import java.nio.ByteBuffer;

/** Makes what peers send: each payload is new, since a session keeps it until the server has acknowledged it. Belongs to the run's thread. */
final class Payloads {

    private static final byte[] FILLING = filling();

    private final Program program;

    Payloads(Program program) {
        this.program = program;
    }

    /** Returns a payload of the program, with room for its stamp in front. */
    ByteBuffer draw(int index, Dice dice) {
        Payload payload = program.payload(index);
        if (payload instanceof Payload.Recorded recorded) {
            byte[] content = recorded.content();
            ByteBuffer bytes = ByteBuffer.allocate(Stamp.BYTES + content.length);
            return bytes.put(Stamp.BYTES, content);
        }
        int size = (int) ((Payload.Filled) payload).size().draw(dice);
        byte[] bytes = new byte[size];
        for (int at = Stamp.BYTES; at < size; at += FILLING.length) {
            System.arraycopy(FILLING, 0, bytes, at, Math.min(FILLING.length, size - at));
        }
        return ByteBuffer.wrap(bytes);
    }

    private static byte[] filling() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + i % 26);
        }
        return bytes;
    }
}
