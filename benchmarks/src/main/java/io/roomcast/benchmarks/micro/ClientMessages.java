package io.roomcast.benchmarks.micro;

import com.google.protobuf.ByteString;
import io.roomcast.runtime.wire.proto.Batch;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Message;
import java.nio.ByteBuffer;

/** Whole WebSocket messages as a client of {@code roomcast.v1.protobuf} sends them. */
final class ClientMessages {

    private static final ByteString CONTROL_ROUTE = ByteString.copyFrom(new byte[1]);

    private ClientMessages() {}

    static ByteBuffer hello() {
        return batch(Frame.newBuilder().setHello(Hello.newBuilder().setAgent("benchmark")));
    }

    static ByteBuffer join(String room) {
        return batch(Frame.newBuilder().setJoin(Join.newBuilder().setRoom(room).setRef(1)));
    }

    static ByteBuffer message(int room, String event, byte[] payload) {
        return batch(Frame.newBuilder()
                .setMessage(
                        Message.newBuilder().setRoom(room).setEvent(event).setPayload(ByteString.copyFrom(payload))));
    }

    private static ByteBuffer batch(Frame.Builder frame) {
        return ByteBuffer.wrap(Batch.newBuilder()
                .addFrames(CONTROL_ROUTE.concat(frame.build().toByteString()))
                .build()
                .toByteArray());
    }
}
