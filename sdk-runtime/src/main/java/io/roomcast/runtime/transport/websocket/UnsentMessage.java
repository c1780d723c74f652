package io.roomcast.runtime.transport.websocket;

import io.roomcast.runtime.transport.Chunk;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The rest of a message frame that the network has not taken yet. Shares the chunks; copies no payload. */
final class UnsentMessage {

    private final int opcode;
    private final int size;
    private final Chunk[] chunks;
    private int headerSent;
    private int remaining;
    /** The next byte is at {@code offset} of {@code chunks[index]}. */
    private int index;

    private int offset;
    private boolean begun;
    /** How many bytes before the next one the last {@link #fill} had to put into the buffer. */
    private int skipped;

    UnsentMessage(int opcode, int size, Chunk[] chunks, int from, int to) {
        this.opcode = opcode;
        this.size = size;
        this.chunks = Arrays.copyOfRange(chunks, from, to);
        this.remaining = FrameWriter.headerLength(size) + size;
    }

    /** Returns whether a part of it is on its way, so that nothing else may come between. */
    boolean hasBegun() {
        return begun;
    }

    /** Returns how many bytes are left, header included. */
    int remaining() {
        return remaining;
    }

    /** Puts as much of the rest into the buffer as it holds, ready to be written. */
    void fill(ByteBuffer buffer) {
        buffer.clear();
        skipped = 0;
        if (headerSent < FrameWriter.headerLength(size)) {
            FrameWriter.putHeader(buffer, true, opcode, size);
            skipped = headerSent;
        }
        int skip = offset;
        for (int i = index; i < chunks.length && buffer.hasRemaining(); i++) {
            int step = Math.min(chunks[i].size() - skip, buffer.remaining());
            chunks[i].writeTo(buffer, skip, step);
            skip = 0;
        }
        buffer.flip().position(skipped);
    }

    /** Takes note of how much of the filled buffer went out. */
    void sent(ByteBuffer buffer) {
        sent(buffer.position() - skipped);
    }

    /** Takes note that so many bytes more went out. */
    void sent(int bytes) {
        if (bytes == 0) {
            return;
        }
        begun = true;
        remaining -= bytes;
        int ofHeader = Math.min(bytes, FrameWriter.headerLength(size) - headerSent);
        headerSent += ofHeader;
        offset += bytes - ofHeader;
        while (index < chunks.length && offset >= chunks[index].size()) {
            offset -= chunks[index].size();
            index++;
        }
    }
}
