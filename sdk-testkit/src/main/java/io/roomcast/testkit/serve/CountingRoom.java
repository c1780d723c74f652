package io.roomcast.testkit.serve;

import io.roomcast.Admission;
import io.roomcast.BroadcastObserver;
import io.roomcast.JoinRequest;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.scenario.Relay;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A {@link RelayRoom} whose snapshot says how many broadcasts its node has delivered to the room, and their fingerprint: what a peer finds in its snapshot and
 * what it gets afterwards are together what the node delivered, exactly, or snapshots race with joins. One for each node; safe to use from any thread.
 */
public final class CountingRoom extends RelayRoom implements BroadcastObserver {

    /** How many bytes a snapshot has. */
    public static final int SNAPSHOT_BYTES = 12;

    private final ConcurrentMap<String, Delivered> rooms = new ConcurrentHashMap<>();

    /**
     * What a node delivered to a room since it was opened there.
     *
     * @param fingerprint a sum over the messages, the same in whatever order
     */
    public record Delivered(int messages, long fingerprint) {

        private static final Delivered NOTHING = new Delivered(0, 0);

        private Delivered and(Message message) {
            ByteBuffer payload = message.payload();
            long sender = Stamp.sender(payload, 0);
            return new Delivered(messages + 1, fingerprint + Dice.mix((sender << 32) ^ Stamp.serial(payload, 0)));
        }
    }

    public CountingRoom(Relay relay) {
        super(relay);
    }

    @Override
    public void onOpen(Room room) {
        rooms.put(room.name(), Delivered.NOTHING);
    }

    @Override
    public void onClose(Room room) {
        rooms.remove(room.name());
    }

    @Override
    public void onBroadcast(Room room, Message message) {
        if (message.size() >= Stamp.BYTES) {
            rooms.computeIfPresent(room.name(), (name, delivered) -> delivered.and(message));
        }
    }

    @Override
    public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
        Delivered delivered = delivered(room.name());
        return Admission.accept(ByteBuffer.allocate(SNAPSHOT_BYTES)
                .putInt(delivered.messages())
                .putLong(delivered.fingerprint())
                .array());
    }

    /** Returns whether a room is open here. */
    public boolean isOpen(String room) {
        return rooms.containsKey(room);
    }

    /** Returns what was delivered to a room that is open, or nothing. */
    public Delivered delivered(String room) {
        return rooms.getOrDefault(room, Delivered.NOTHING);
    }
}
