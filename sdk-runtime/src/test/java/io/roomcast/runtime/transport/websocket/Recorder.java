package io.roomcast.runtime.transport.websocket;

import io.roomcast.runtime.transport.MessageType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes down what a reader reads. */
final class Recorder implements FrameHandler {

    final List<String> events = new ArrayList<>();

    @Override
    public boolean onMessage(MessageType type, ByteBuffer payload) {
        return record(type.name().toLowerCase(Locale.ROOT), payload);
    }

    @Override
    public boolean onPing(ByteBuffer payload) {
        return record("ping", payload);
    }

    @Override
    public boolean onPong(ByteBuffer payload) {
        return record("pong", payload);
    }

    @Override
    public void onClose(int code, String reason) {
        events.add("close " + code + " " + reason);
    }

    private boolean record(String what, ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        events.add(what + " " + NaiveReader.hex(bytes));
        return true;
    }
}
