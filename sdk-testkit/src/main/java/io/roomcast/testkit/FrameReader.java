package io.roomcast.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.roomcast.runtime.wire.proto.Batch;
import io.roomcast.runtime.wire.proto.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** The client's side of the protobuf subprotocol, over generated classes: an independent reading of the server's encoder. */
final class FrameReader {

    /** Takes a message that came on a route. */
    interface RouteListener {
        void onData(int route, byte[] payload);
    }

    void read(byte[] message, Consumer<Frame> frames, RouteListener data) {
        try {
            for (ByteString element : Batch.parseFrom(message).getFramesList()) {
                CodedInputStream in = element.newCodedInput();
                int route = in.readRawVarint32();
                ByteString body = element.substring(in.getTotalBytesRead());
                if (route == 0) {
                    frames.accept(Frame.parseFrom(body));
                } else {
                    data.onData(route, body.toByteArray());
                }
            }
        } catch (InvalidProtocolBufferException malformed) {
            throw new AssertionError("the server sent what is not a batch: " + malformed.getMessage(), malformed);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    byte[] batchOf(Frame frame) {
        return Batch.newBuilder()
                .addFrames(ByteString.copyFrom(new byte[] {0}).concat(frame.toByteString()))
                .build()
                .toByteArray();
    }
}
