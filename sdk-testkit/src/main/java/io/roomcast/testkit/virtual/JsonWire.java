package io.roomcast.testkit.virtual;

import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.testkit.json.JsonFrames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Batches to lines of JSON and back, for one client. The rest of the client knows no difference. Belongs to one thread. */
final class JsonWire {

    private final JsonFrames frames = JsonFrames.strict();

    /** Returns what a batch says as text. */
    byte[] write(byte[] batch) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ClientWire.read(-1, batch, new ClientWire.Reader() {
            @Override
            public boolean reads() {
                return true;
            }

            @Override
            public void frame(int peer, Frame frame) {
                frames.write(frame, text);
            }

            @Override
            public void data(int peer, int route, byte[] bytes, int offset, int length) {
                throw new IllegalStateException("there are no routes in JSON");
            }
        });
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
