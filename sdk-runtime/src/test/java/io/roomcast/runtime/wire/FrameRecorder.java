package io.roomcast.runtime.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down the frames it is told. */
final class FrameRecorder implements ClientFrames {

    final List<ClientFrame> frames = new ArrayList<>();

    static List<ClientFrame> read(WireFormat format, byte[] message) throws WireException {
        return read(format, ByteBuffer.wrap(message));
    }

    static List<ClientFrame> read(WireFormat format, ByteBuffer message) throws WireException {
        FrameRecorder recorder = new FrameRecorder();
        format.read(message, recorder);
        return recorder.frames;
    }

    @Override
    public void hello(HelloFrame hello) {
        frames.add(new ClientFrame.Hello(
                hello.agent(), hello.token(), hello.resumable(), hello.resume(), hello.received(), hello.attempt()));
    }

    @Override
    public void ack(long received) {
        frames.add(new ClientFrame.Ack(received));
    }

    @Override
    public void join(String room, int ref, ByteBuffer payload, @Nullable RecoveryPoint recover) {
        frames.add(new ClientFrame.Join(room, ref, hex(payload), recover));
    }

    @Override
    public void leave(int number, @Nullable String name, int ref) {
        frames.add(new ClientFrame.Leave(number, name, ref));
    }

    @Override
    public void message(int number, @Nullable String name, String event, @Nullable String to, ByteBuffer payload) {
        frames.add(new ClientFrame.Sent(number, name, event, to, hex(payload)));
    }

    @Override
    public void data(int route, ByteBuffer payload) {
        frames.add(new ClientFrame.Data(route, hex(payload)));
    }

    @Override
    public void ping(int ref) {
        frames.add(new ClientFrame.Ping(ref));
    }

    @Override
    public void request(
            int number, @Nullable String name, String event, int id, int timeoutMillis, ByteBuffer payload) {
        frames.add(new ClientFrame.Asked(number, name, event, id, timeoutMillis, hex(payload)));
    }

    @Override
    public void reply(int id, int code, String reason, ByteBuffer payload) {
        frames.add(new ClientFrame.Reply(id, code, reason, hex(payload)));
    }

    @Override
    public void cancel(int id) {
        frames.add(new ClientFrame.Cancel(id));
    }

    @Override
    public void history(int number, @Nullable String name, int ref, String epoch, long after, int limit) {
        frames.add(new ClientFrame.PageWanted(number, name, ref, epoch, after, limit));
    }

    @Override
    public void unknown() {
        frames.add(new ClientFrame.Unknown());
    }

    private static String hex(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
