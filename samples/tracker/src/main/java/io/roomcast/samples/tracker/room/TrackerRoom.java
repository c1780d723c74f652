package io.roomcast.samples.tracker.room;

import io.roomcast.Admission;
import io.roomcast.ErrorCode;
import io.roomcast.JoinRequest;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The tracker: the handler of the rooms {@code tracker/{stream}}. Viewers announce themselves, get partners and exchange
 * offers, answers and candidates with them, on whatever node each is.
 *
 * <p>One object serves all rooms of a node; what belongs to one room is in a {@link StreamRoom} of its own and only touched
 * in that room's mailbox.
 */
public final class TrackerRoom implements RoomHandler {

    /** The pattern to declare it with. */
    public static final String PATTERN = "tracker/{stream}";

    /** A join was refused because there is no such stream. */
    static final int NO_SUCH_STREAM = ErrorCode.FIRST_APPLICATION_CODE + 1;

    private final String node;
    private final TrackerSettings settings;
    private final NodeDirectory directory;
    private final LongSupplier clockMillis;
    private final RandomGenerator random;
    private final Map<String, StreamRoom> rooms = new ConcurrentHashMap<>();

    /**
     * @param node what people call this node, unlike any other in the cluster
     * @param clockMillis milliseconds that only go forward
     * @param random chooses partners; safe for concurrent use, as {@link java.util.Random} is
     */
    public TrackerRoom(
            String node,
            TrackerSettings settings,
            NodeDirectory directory,
            LongSupplier clockMillis,
            RandomGenerator random) {
        this.node = node;
        this.settings = settings;
        this.directory = directory;
        this.clockMillis = clockMillis;
        this.random = random;
    }

    @Override
    public void onOpen(Room room) {
        StreamRoom opened = new StreamRoom(room, node, settings, directory, clockMillis, random);
        rooms.put(room.name(), opened);
        opened.ask();
    }

    @Override
    public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
        String stream = room.parameters().getOrDefault("stream", "");
        if (!settings.streams().contains(stream)) {
            return Admission.refuse(NO_SUCH_STREAM, "no such stream");
        }
        return Admission.accept(Events.JOINED, open(room).joined());
    }

    @Override
    public void onMessage(Room room, Peer peer, Message message) {
        open(room).heard(peer, message);
    }

    @Override
    public void onLeave(Room room, Peer peer, LeaveReason reason) {
        open(room).left(peer);
    }

    /** The viewer watches on, on another node: its next announcement makes it known there. */
    @Override
    public void onMovedOut(Room room, Peer peer) {
        open(room).left(peer);
    }

    @Override
    public void onNodeMessage(Room room, String nodeId, Message message) {
        open(room).told(nodeId, message);
    }

    @Override
    public void onNodeLost(Room room, String nodeId) {
        open(room).lost(nodeId);
    }

    @Override
    public void onClose(Room room) {
        rooms.remove(room.name());
    }

    private StreamRoom open(Room room) {
        return Optional.ofNullable(rooms.get(room.name()))
                .orElseThrow(() -> new IllegalStateException("room " + room.name() + " is not open"));
    }
}
