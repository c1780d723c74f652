package io.roomcast.testkit.virtual;

import com.google.protobuf.InvalidProtocolBufferException;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.runtime.cluster.proto.Envelope;
import io.roomcast.testkit.oracle.DeliveryOracle;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.random.Dice;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a node hears of the bridge: loses, delays, doubles and reorders what is on its way to the node, and tells the oracle what that means for the node's peers. Belongs to
 * the world's thread.
 */
final class Ear implements BridgeListener {

    private final BridgeListener node;
    private final int number;
    private final World world;
    private final Agenda agenda;
    private final DeliveryOracle oracle;
    private final RoomNumbers rooms;
    private final Dice dice;
    private final LaneModel lanes = new LaneModel();

    /** How it hears now. */
    private int lossPerMille;

    private int doublesPerMille;
    private int reorderPerMille;
    private int delayMillis;
    /** The tags of nodes that it does not hear. */
    private final Set<String> silenced = new HashSet<>();

    private boolean deaf;

    /** What is delayed, in order. */
    private final Queue<Late> late = new ArrayDeque<>();

    private long lastDue;
    private @Nullable Sound held;
    private boolean over;

    private record Late(long due, Runnable call) {}

    /** An envelope, and what of it matters here. */
    private record Sound(String room, byte[] bytes, Envelope envelope) {}

    Ear(
            BridgeListener node,
            int number,
            World world,
            Agenda agenda,
            DeliveryOracle oracle,
            RoomNumbers rooms,
            Dice dice) {
        this.node = node;
        this.number = number;
        this.world = world;
        this.agenda = agenda;
        this.oracle = oracle;
        this.rooms = rooms;
        this.dice = dice;
    }

    // ---- faults

    void loseMore(int perMille) {
        lossPerMille += perMille;
    }

    void doubleMore(int perMille) {
        doublesPerMille += perMille;
    }

    void reorderMore(int perMille) {
        reorderPerMille += perMille;
    }

    void delayMore(int millis) {
        delayMillis += millis;
    }

    void silence(String nodeTag) {
        silenced.add(nodeTag);
    }

    void hear(String nodeTag) {
        silenced.remove(nodeTag);
    }

    void deaf(boolean now) {
        deaf = now;
    }

    /** Returns whether something is on its way to the node. */
    boolean isHolding() {
        return held != null || !late.isEmpty();
    }

    /** The node was killed. */
    void end() {
        over = true;
        late.clear();
        held = null;
    }

    // ---- subscriptions

    void subscribed(String room) {
        lanes.open(room);
    }

    void unsubscribed(String room) {
        lanes.close(room);
    }

    // ---- what comes

    @Override
    public void onEnvelope(String room, byte[] bytes) {
        Envelope envelope;
        try {
            envelope = Envelope.parseFrom(bytes);
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("a node published what is no envelope", impossible);
        }
        Sound sound = new Sound(room, bytes, envelope);
        if (deaf && !envelope.getDirect()
                || silenced.contains(tag(envelope.getOrigin()))
                || lossPerMille > 0 && dice.below(1000) < lossPerMille) {
            lost(sound);
            return;
        }
        if (reorderPerMille > 0 && held == null && dice.below(1000) < reorderPerMille) {
            held = sound;
            unordered(sound);
            // Not for ever, when nothing follows that could overtake it.
            agenda.at(world.nanos() + TimeUnit.MILLISECONDS.toNanos(50), () -> release(sound));
            return;
        }
        pass(() -> arrive(sound, false));
        if (doublesPerMille > 0 && dice.below(1000) < doublesPerMille) {
            pass(() -> arrive(sound, true));
        }
        Sound overtaken = held;
        if (overtaken != null) {
            release(overtaken);
        }
    }

    private void release(Sound sound) {
        if (held == sound) {
            held = null;
            pass(() -> arrive(sound, false));
        }
    }

    @Override
    public void onNodeJoined(String nodeId) {
        pass(() -> node.onNodeJoined(nodeId));
    }

    @Override
    public void onNodeLost(String nodeId) {
        Sound waiting = held;
        if (waiting != null) {
            // Nothing of a node comes after its loss.
            release(waiting);
        }
        pass(() -> {
            lanes.forget(nodeId);
            node.onNodeLost(nodeId);
        });
    }

    @Override
    public void onState(BridgeState state) {
        pass(() -> node.onState(state));
    }

    /** Lets something come now, or late and behind what is late already. */
    private void pass(Runnable call) {
        if (over) {
            return;
        }
        if (delayMillis == 0 && late.isEmpty()) {
            call.run();
            return;
        }
        long due = world.nanos() + TimeUnit.MILLISECONDS.toNanos(delayMillis == 0 ? 0 : dice.below(delayMillis + 1));
        lastDue = Math.max(lastDue, due);
        late.add(new Late(lastDue, call));
        agenda.at(lastDue, this::catchUp);
    }

    private void catchUp() {
        for (Late first = late.peek(); first != null && first.due() <= world.nanos(); first = late.peek()) {
            late.remove();
            first.call().run();
        }
    }

    private void arrive(Sound sound, boolean again) {
        Envelope envelope = sound.envelope();
        if (!envelope.hasAnswers()) {
            long missing = lanes.arrived(
                    sound.room(),
                    envelope.getOrigin(),
                    envelope.getDirect(),
                    envelope.getLane(),
                    envelope.getSequence());
            int room = rooms.number(sound.room());
            if (missing == LaneModel.IGNORE) {
                if (!again) {
                    lost(sound);
                }
            } else if (missing > 0 && room >= 0) {
                oracle.gapDue(number, room, missing);
            }
        }
        node.onEnvelope(sound.room(), sound.bytes());
    }

    private void lost(Sound sound) {
        tell(sound, (room, sender, serial) -> oracle.lost(number, room, sender, serial, false));
    }

    private void unordered(Sound sound) {
        tell(sound, (room, sender, serial) -> oracle.unordered(number, room, sender, serial));
    }

    /** What becomes of a message. */
    private interface Fate {
        void of(int room, int sender, int serial);
    }

    private void tell(Sound sound, Fate fate) {
        int room = rooms.number(sound.room());
        if (room < 0 || !sound.envelope().hasBroadcast()) {
            return;
        }
        ByteBuffer payload = sound.envelope().getBroadcast().getPayload().asReadOnlyByteBuffer();
        if (payload.remaining() >= Stamp.BYTES) {
            fate.of(room, Stamp.sender(payload, 0), Stamp.serial(payload, 0));
        }
    }

    static String tag(String nodeId) {
        return nodeId.substring(0, 4);
    }
}
