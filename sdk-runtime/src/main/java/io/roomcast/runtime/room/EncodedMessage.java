package io.roomcast.runtime.room;

import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.wire.WireFormat;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something to send to members, encoded once for each format that a member speaks, at the first need. Shared by the loops of
 * a node: whichever comes first encodes, the others wait for it that short while.
 */
final class EncodedMessage {

    private final Function<WireFormat, Chunk> encoder;
    private volatile @Nullable Encoded encoded;

    /** An immutable chain of what was encoded so far; one link for each format in use, rarely more than one. */
    private record Encoded(
            WireFormat format, Chunk chunk, @Nullable Encoded next) {}

    EncodedMessage(Function<WireFormat, Chunk> encoder) {
        this.encoder = encoder;
    }

    Chunk in(WireFormat format) {
        for (Encoded known = encoded; known != null; known = known.next()) {
            if (known.format() == format) {
                return known.chunk();
            }
        }
        return encode(format);
    }

    private synchronized Chunk encode(WireFormat format) {
        for (Encoded known = encoded; known != null; known = known.next()) {
            if (known.format() == format) {
                return known.chunk();
            }
        }
        Chunk chunk = encoder.apply(format);
        encoded = new Encoded(format, chunk, encoded);
        return chunk;
    }
}
