package io.roomcast.testkit.virtual;

import io.roomcast.testkit.json.JsonFrames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Batches to lines of JSON and back, for one client. The rest of the client knows no difference. Belongs to one thread. */
final class JsonWire {

    private final JsonFrames frames = JsonFrames.strict();

    /** Returns what a client's message says as text. */
    byte[] write(byte[] batch) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        frames.write(ClientWire.frame(batch), text);
        return text.toByteArray();
    }

    /** Reads lines. @throws IOException if they are not what the protocol says */
    void read(int peer, byte[] text, ClientWire.Reader reader) throws IOException {
        frames.read(ByteBuffer.wrap(text), (frame, bytes) -> {
            if (reader.reads()) {
                reader.frame(peer, frame);
            }
            return reader.reads();
        });
    }
}
