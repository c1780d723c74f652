package io.roomcast.testkit.virtual;

import com.google.protobuf.InvalidProtocolBufferException;
import io.roomcast.HistoryPosition;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.cluster.proto.Envelope;
import io.roomcast.testkit.oracle.DeliveryOracle;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.random.Dice;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a node hears of the bridge: loses, delays, doubles and reorders what is on its way to the node, and tells the oracle what that means for the node's peers. Belongs to
 * the world's thread.
 */
final class Ear implements BridgeListener {

    /** How long a bridge may take to notice that it missed a part of a history. */
    private static final int MOST_LATE_MILLIS = 200;

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

    /** By room: entries of its history that the bridge has not told the node yet, and will. */
    private final Map<String, Withheld> withheld = new LinkedHashMap<>();

    private long lastDue;
    private @Nullable Sound held;
    private boolean over;

    private record Late(long due, Runnable call) {}

    /** How far a node has been told a room's history, and what it has not been told. */
    private static final class Withheld {
        private final Retention retention;
        private final Queue<Entry> entries = new ArrayDeque<>(0);
        private HistoryPosition told;

        Withheld(HistoryPosition told, Retention retention) {
            this.told = told;
            this.retention = retention;
        }
    }

    private record Entry(HistoryPosition position, byte[] envelope) {}

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
        if (!now) {
            List.copyOf(withheld.keySet()).forEach(this::readAgain);
        }
    }

    /** Returns whether something is on its way to the node. */
    boolean isHolding() {
        return held != null || !late.isEmpty();
    }

    /** The node was killed. */
    void end() {
        over = true;
        withheld.keySet().stream()
                .mapToInt(rooms::number)
                .filter(known -> known >= 0)
                .forEach(known -> oracle.history().onTime(number, known));
        late.clear();
        held = null;
    }

    // ---- subscriptions

    void subscribed(String room) {
        lanes.open(room);
    }

    /** The bridge has said where the history begins for the node. */
    void subscribedHistory(String room, HistoryPosition position, Retention retention) {
        withheld.put(room, new Withheld(position, retention));
    }

    void unsubscribed(String room) {
        lanes.close(room);
        withheld.remove(room);
        int known = rooms.number(room);
        if (known >= 0) {
            oracle.history().onTime(number, known);
        }
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

    /**
     * A history is not doubled or reordered, and what is lost a bridge reads again a little later. Then it may have forgotten the oldest of it.
     */
    @Override
    public void onAppended(String room, HistoryPosition position, byte[] envelope) {
        Withheld ofRoom = withheld.get(room);
        if (ofRoom == null) {
            // Before the bridge has said where it begins.
            pass(() -> node.onAppended(room, position, envelope));
            return;
        }
        boolean missed = deaf || lossPerMille > 0 && dice.below(1000) < lossPerMille;
        if (missed || !ofRoom.entries.isEmpty()) {
            ofRoom.entries.add(new Entry(position, envelope));
            int known = rooms.number(room);
            if (known >= 0) {
                oracle.history().late(number, known, position.offset());
            }
            if (missed && !deaf) {
                long until = world.nanos() + TimeUnit.MILLISECONDS.toNanos(1 + dice.below(MOST_LATE_MILLIS));
                agenda.at(until, () -> readAgain(room));
            }
            return;
        }
        ofRoom.told = position;
        pass(() -> node.onAppended(room, position, envelope));
    }

    /** The bridge has noticed that it missed a part of a history, and tells what there still is of that. */
    private void readAgain(String room) {
        Withheld ofRoom = withheld.get(room);
        if (over || deaf || ofRoom == null) {
            return;
        }
        int known = rooms.number(room);
        if (known >= 0) {
            oracle.history().onTime(number, known);
        }
        HistoryPosition forgotten = null;
        while (ofRoom.entries.size() > ofRoom.retention.size()) {
            forgotten = ofRoom.entries.remove().position();
        }
        if (forgotten != null) {
            onHistoryLost(room, forgotten);
        }
        for (Entry next = ofRoom.entries.poll(); next != null; next = ofRoom.entries.poll()) {
            Entry entry = next;
            ofRoom.told = entry.position();
            pass(() -> node.onAppended(room, entry.position(), entry.envelope()));
        }
    }

    @Override
    public void onHistoryLost(String room, HistoryPosition resumesAfter) {
        Withheld ofRoom = withheld.get(room);
        long missed = 0;
        if (ofRoom != null) {
            if (ofRoom.told.epoch().equals(resumesAfter.epoch())) {
                missed = resumesAfter.offset() - ofRoom.told.offset();
            } else {
                // There is nothing left that the bridge could tell later.
                ofRoom.entries.clear();
            }
            ofRoom.told = resumesAfter;
        }
        int known = rooms.number(room);
        long told = missed;
        pass(() -> {
            if (known >= 0) {
                oracle.history().lostTo(number, known, resumesAfter.epoch(), resumesAfter.offset(), told);
            }
            node.onHistoryLost(room, resumesAfter);
        });
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
