package io.roomcast.runtime.room;

import io.roomcast.Message;
import io.roomcast.SendOutcome;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.outbound.policy.Arrival;
import io.roomcast.runtime.outbound.policy.Holdings;
import io.roomcast.runtime.outbound.policy.Value;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.wire.WireFormat;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast about which delivery policies have something to say, on its way to the members. Shared by the loops of a node, as
 * {@link EncodedMessage} is.
 */
final class PolicedMessage {

    private final String room;
    private final Message message;
    private final String sender;
    private final boolean droppable;
    /** How it enters its lane; null for a message that is only in the way of others. */
    private final @Nullable Arrival arrival;

    private final EncodedMessage encoded;
    private final BiFunction<WireFormat, Message, Chunk> encoder;
    /** How long it may wait for others to leave with it if nothing holds it. */
    private final int withinMillis;

    private final Telemetry telemetry;
    private volatile @Nullable Formatted formatted;

    /** A chain of the values made so far. Two loops may make the same one at one time, and either will do. */
    private record Formatted(
            WireFormat format, Value value, @Nullable Formatted next) {}

    PolicedMessage(
            String room,
            Message message,
            Addressing addressing,
            @Nullable Arrival arrival,
            EncodedMessage encoded,
            BiFunction<WireFormat, Message, Chunk> encoder,
            int withinMillis,
            Telemetry telemetry) {
        this.room = room;
        this.message = message;
        this.sender = addressing.from() == null ? "" : addressing.from();
        this.droppable = addressing.droppable();
        this.arrival = arrival;
        this.encoded = encoded;
        this.encoder = encoder;
        this.withinMillis = withinMillis;
        this.telemetry = telemetry;
    }

    /** Gives it to a member. On the member's loop. */
    SendOutcome offerTo(Session session) {
        if (arrival != null) {
            return session.holdings().offer(arrival, in(session.format()));
        }
        Holdings held = session.heldOrNull();
        if (held != null) {
            held.barrier(room, sender);
        }
        return session.offer(encoded.in(session.format()), droppable, withinMillis);
    }

    private Value in(WireFormat format) {
        for (Formatted known = formatted; known != null; known = known.next()) {
            if (known.format() == format) {
                return known.value();
            }
        }
        BinaryOperator<byte[]> merger =
                arrival == null ? null : arrival.lane().policy().merger().orElse(null);
        Value value = merger == null
                ? Value.of(encoded.in(format))
                : new Mergeable(message, merger, content -> encoder.apply(format, content), room, telemetry);
        formatted = new Formatted(format, value, formatted);
        return value;
    }

    /** A message that others are merged into. */
    private static final class Mergeable implements Value {

        /** What holding it costs beside its payload, roughly. */
        private static final int OVERHEAD_BYTES = 64;

        private final Message message;
        private final BinaryOperator<byte[]> merger;
        private final Function<Message, Chunk> encode;
        private final String room;
        private final Telemetry telemetry;
        /** Most peers of a broadcast hold the same older value: the last result is kept for them. Any of two racing ones will do. */
        private volatile @Nullable Merged last;

        private record Merged(Value older, Value result) {}

        Mergeable(
                Message message,
                BinaryOperator<byte[]> merger,
                Function<Message, Chunk> encode,
                String room,
                Telemetry telemetry) {
            this.message = message;
            this.merger = merger;
            this.encode = encode;
            this.room = room;
            this.telemetry = telemetry;
        }

        @Override
        public Chunk chunk() {
            return encode.apply(message);
        }

        @Override
        public int size() {
            return message.size() + OVERHEAD_BYTES;
        }

        @Override
        public Value mergedWith(Value value) {
            Mergeable newer = (Mergeable) value;
            Merged known = newer.last;
            if (known != null && known.older() == this) {
                return known.result();
            }
            // Never the newer one itself, which then would keep this one, and all before it, from being freed.
            Value result = newer.with(payload(newer));
            newer.last = new Merged(this, result);
            return result;
        }

        private Message payload(Mergeable newer) {
            try {
                byte[] payload = Objects.requireNonNull(
                        merger.apply(message.bytes(), newer.message.bytes()),
                        "merge returned null, expected a payload");
                return Message.of(message.event(), payload);
            } catch (RuntimeException | Error failure) {
                telemetry.handlerFailed("merge of event " + message.event() + " of room " + room, failure);
                return newer.message;
            }
        }

        private Mergeable with(Message content) {
            return new Mergeable(content, merger, encode, room, telemetry);
        }
    }
}
