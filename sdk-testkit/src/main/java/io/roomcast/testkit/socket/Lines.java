package io.roomcast.testkit.socket;

import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.testkit.json.JsonFrames;
import io.roomcast.testkit.scenario.Subprotocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The lines of {@code roomcast.v1.json}. Servers of that subprotocol define no routes. */
final class Lines implements Encoding {

    private final JsonFrames frames = JsonFrames.tolerant();

    @Override
    public Subprotocol subprotocol() {
        return Subprotocol.JSON;
    }

    @Override
    public void write(Frame.Builder frame, Draft to) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        frames.write(frame.build(), text);
        to.write(ByteBuffer.wrap(text.toByteArray()));
    }

    @Override
    public void write(int route, ByteBuffer payload, Draft to) {
        throw new IllegalArgumentException("route is " + route + ", expected none: there are no routes in JSON");
    }

    @Override
    public void read(ByteBuffer message, Sink sink) throws MalformedException {
        try {
            frames.read(message, (frame, bytes) -> {
                try {
                    sink.frame(frame, bytes);
                } catch (MalformedException e) {
                    throw new IOException(e.getMessage(), e);
                }
                return true;
            });
        } catch (IOException e) {
            throw new MalformedException("a message cannot be read: " + e.getMessage());
        }
    }

    @Override
    public void left(int number) {
        frames.forget(number);
    }
}
