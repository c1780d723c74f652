package io.roomcast.runtime.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Looks at nothing, so that only the reader is measured. */
class IgnoredFrames implements ClientFrames {
    @Override
    public void hello(HelloFrame hello) {}

    @Override
    public void ack(long received) {}

    @Override
    public void join(String room, int ref, ByteBuffer payload, @Nullable RecoveryPoint recover) {}

    @Override
    public void leave(int number, @Nullable String name, int ref) {}

    @Override
    public void message(int number, @Nullable String name, String event, @Nullable String to, ByteBuffer payload) {}

    @Override
    public void data(int route, ByteBuffer payload) {}

    @Override
    public void ping(int ref) {}

    @Override
    public void request(
            int number, @Nullable String name, String event, int id, int timeoutMillis, ByteBuffer payload) {}

    @Override
    public void reply(int id, int code, String reason, ByteBuffer payload) {}

    @Override
    public void cancel(int id) {}

    @Override
    public void history(int number, @Nullable String name, int ref, String epoch, long after, int limit) {}

    @Override
    public void unknown() {}
}
