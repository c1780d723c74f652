package io.roomcast.runtime.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.roomcast.Message;
import io.roomcast.runtime.cluster.proto.Broadcast;
import io.roomcast.runtime.cluster.proto.Envelope;
import io.roomcast.runtime.cluster.proto.NodeMessage;
import io.roomcast.runtime.room.Addressing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Turns what nodes tell each other into envelopes and back. */
final class Envelopes {

    private Envelopes() {}

    static Broadcast broadcast(Message message, Addressing addressing, Iterable<String> only) {
        Broadcast.Builder broadcast = Broadcast.newBuilder()
                .setEvent(message.event())
                .setPayload(payload(message))
                .setDroppable(addressing.droppable())
                .addAllExcept(addressing.except())
                .setRestricted(addressing.only() != null)
                .addAllOnly(only);
        if (addressing.from() != null) {
            broadcast.setFrom(addressing.from());
        }
        if (addressing.key() != null) {
            broadcast.setKey(addressing.key()).setLatest(addressing.latest());
        }
        return broadcast.build();
    }

    static NodeMessage nodeMessage(Message message) {
        return NodeMessage.newBuilder()
                .setEvent(message.event())
                .setPayload(payload(message))
                .build();
    }

    static Envelope.Builder lane(String origin, boolean direct, long lane, long sequence) {
        return Envelope.newBuilder()
                .setOrigin(origin)
                .setDirect(direct)
                .setLane(lane)
                .setSequence(sequence);
    }

    static Message message(Broadcast broadcast) {
        return Message.of(broadcast.getEvent(), broadcast.getPayload().asReadOnlyByteBuffer());
    }

    static Message message(NodeMessage message) {
        return Message.of(message.getEvent(), message.getPayload().asReadOnlyByteBuffer());
    }

    static Addressing addressing(Broadcast broadcast) {
        return new Addressing(
                broadcast.getFrom().isEmpty() ? null : broadcast.getFrom(),
                broadcast.getDroppable(),
                set(broadcast.getExceptList()),
                broadcast.getRestricted() ? set(broadcast.getOnlyList()) : null,
                broadcast.hasKey() ? broadcast.getKey() : null,
                broadcast.getLatest());
    }

    private static Set<String> set(List<String> ids) {
        return ids.isEmpty() ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(new ArrayList<>(ids)));
    }

    private static ByteString payload(Message message) {
        return UnsafeByteOperations.unsafeWrap(message.payload());
    }
}
