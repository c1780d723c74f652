package io.roomcast.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.roomcast.Message;
import io.roomcast.runtime.transport.Chunk;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The paths that every relayed message takes allocate what they hand on and next to nothing else. */
class WireAllocationTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CALLS = 20_000;
    private static final int PAYLOAD = 128;

    private final WireFormat format = new ProtobufFormat();
    private final Message message = Message.of("say", new byte[PAYLOAD]);
    private final Counting receiver = new Counting();
    private @Nullable Chunk last;

    @Test
    void encodingDataAllocatesTheChunkAndASmallObject() {
        double bytes = bytesPerCall(() -> last = format.data(1, message));

        System.out.println("data(128 bytes): " + bytes + " bytes allocated a call");
        assertThat(bytes).isLessThan(PAYLOAD + 160);
    }

    @Test
    void encodingAMessageWithItsSenderAllocatesTheChunkAndASmallObject() {
        RoomKey room = new RoomKey(1, "chat/1");
        double bytes = bytesPerCall(() -> last = format.message(room, "Zm9vYmFyLXBlZXItMDE", message));

        System.out.println("message(128 bytes): " + bytes + " bytes allocated a call");
        assertThat(bytes).isLessThan(PAYLOAD + 224);
    }

    @Test
    void readingDataCopiesNoPayload() {
        Message large = Message.of("say", new byte[16 * 1024]);
        ByteBuffer bytes = format.data(1, large).asBuffer();
        double perCall = bytesPerCall(() -> read(bytes));

        System.out.println("read(data of 16 KiB): " + perCall + " bytes allocated a call");
        assertThat(perCall).isLessThan(320);
        assertThat(receiver.payloadBytes).isGreaterThanOrEqualTo((long) CALLS * large.size());
    }

    private void read(ByteBuffer bytes) {
        try {
            format.read(bytes, receiver);
        } catch (WireException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The least of a few runs: the first ones pay for the compiler. */
    private static double bytesPerCall(Runnable call) {
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 5; run++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return (double) least / CALLS;
    }

    private static final class Counting extends IgnoredFrames {
        long payloadBytes;

        @Override
        public void data(int route, ByteBuffer payload) {
            payloadBytes += payload.remaining();
        }
    }
}
