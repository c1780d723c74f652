package io.roomcast.testkit.virtual;

import com.google.protobuf.InvalidProtocolBufferException;
import io.roomcast.HistoryPosition;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.cluster.proto.Broadcast;
import io.roomcast.runtime.cluster.proto.Envelope;
import io.roomcast.testkit.oracle.HistoryOracle;
import io.roomcast.testkit.program.Stamp;
import java.nio.ByteBuffer;
import java.util.List;

/** Tells the oracle what the bridge appends to the histories of rooms. Belongs to the world's thread. */
final class HistoryTap {

    private final HistoryOracle oracle;
    private final RoomNumbers rooms;

    HistoryTap(HistoryOracle oracle, RoomNumbers rooms) {
        this.oracle = oracle;
        this.rooms = rooms;
    }

    /** The history of a room is lost. @param epoch which one begins */
    void lost(String room, String epoch) {
        int number = rooms.number(room);
        if (number >= 0) {
            oracle.lost(number, epoch);
        }
    }

    /** @param node which asked for it */
    void appended(int node, String room, Retention retention, HistoryPosition position, byte[] envelope) {
        int number = rooms.number(room);
        if (number < 0) {
            return;
        }
        Broadcast broadcast;
        try {
            broadcast = Envelope.parseFrom(envelope).getBroadcast();
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("a node appended what is no envelope", impossible);
        }
        ByteBuffer payload = broadcast.getPayload().asReadOnlyByteBuffer();
        boolean stamped = payload.remaining() >= Stamp.BYTES;
        oracle.appended(
                node,
                number,
                position.epoch(),
                position.offset(),
                stamped ? Stamp.sender(payload, 0) : -1,
                stamped ? Stamp.serial(payload, 0) : 0,
                List.copyOf(broadcast.getExceptList()),
                payload.remaining(),
                retention);
    }
}
