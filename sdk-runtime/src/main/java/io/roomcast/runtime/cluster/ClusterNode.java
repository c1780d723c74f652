package io.roomcast.runtime.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import io.roomcast.Acks;
import io.roomcast.HistoryPosition;
import io.roomcast.Message;
import io.roomcast.Receipt;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.cluster.proto.Ask;
import io.roomcast.runtime.cluster.proto.Broadcast;
import io.roomcast.runtime.cluster.proto.Envelope;
import io.roomcast.runtime.cluster.proto.Tail;
import io.roomcast.runtime.cluster.proto.TailsWanted;
import io.roomcast.runtime.environment.Environment;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.room.Addressing;
import io.roomcast.runtime.room.LoggedMessage;
import io.roomcast.runtime.room.LoggedPage;
import io.roomcast.runtime.room.NodeGate;
import io.roomcast.runtime.room.Published;
import io.roomcast.runtime.room.Receipts;
import io.roomcast.runtime.room.RoomMoves;
import io.roomcast.runtime.room.Rooms;
import io.roomcast.runtime.room.Stamp;
import io.roomcast.runtime.room.Uplink;
import io.roomcast.runtime.session.Elsewhere;
import io.roomcast.runtime.session.SessionRegistry;
import io.roomcast.runtime.transport.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * This node as a member of a cluster. Broadcasts go to the nodes that want the room; messages for chosen peers go to the nodes
 * whose tag begins the peers' ids. Safe to use from any thread.
 *
 * <p>What this node broadcasts reaches its own peers without a detour over the bridge, so broadcasts of different nodes can
 * reach the peers of different nodes in different order; those of one node are in order everywhere. What goes into the history of a
 * room takes that detour, and so has one order everywhere.
 */
public final class ClusterNode implements Uplink, BridgeListener {

    /** What an envelope is about that is about no room. */
    private static final String NO_ROOM = "";

    private final String nodeId;
    private final int tagLength;
    private final Bridge bridge;
    private final NodeGate rooms;
    private final Telemetry telemetry;
    private final SendLanes sendLanes;
    private final LostNodes lost;
    private final Tails tails;
    /** The ids of the other nodes, by themselves: what is kept of envelopes, in many rooms, shares them. */
    private final ConcurrentMap<String, String> nodeIds = new ConcurrentHashMap<>();

    private final OpenAsks asks = new OpenAsks();
    private final SessionRegistry sessions;
    private final MovedPeers moved;
    private final SessionMoves moves;

    /**
     * @param tagLength how many characters of a node's id begin the ids of its peers
     * @param loop one of the node's, for what has to wait a while
     */
    public ClusterNode(
            String nodeId,
            int tagLength,
            Bridge bridge,
            Rooms rooms,
            SessionRegistry sessions,
            Environment environment,
            EventLoop loop) {
        this.nodeId = nodeId;
        this.tagLength = tagLength;
        this.bridge = bridge;
        this.rooms = rooms.nodes();
        this.telemetry = environment.telemetry();
        this.sendLanes = new SendLanes(environment.clock());
        this.lost = new LostNodes(environment.clock());
        this.tails = new Tails(new TailWire(), sendLanes, loop, environment.clock());
        this.sessions = sessions;
        this.moved = new MovedPeers(environment.clock());
        this.moves =
                new SessionMoves(nodeId, new MoveWire(), sessions, new RoomMoves(rooms), moved, environment.clock());
    }

    /** Returns the way to sessions of other nodes. */
    public Elsewhere sessionsElsewhere() {
        return moves;
    }

    // ---- outward

    @Override
    public Published publish(String room, Message message, Addressing addressing) {
        Set<String> nodes = bridge.nodes();
        Set<String> only = addressing.only();
        if (nodes.isEmpty()) {
            if (only == null) {
                sendLanes.skip(room);
            }
            return Published.NOWHERE;
        }
        if (only == null) {
            Broadcast broadcast = Envelopes.broadcast(message, addressing, List.of());
            SendLanes.Sent sent = publish(room, Envelope.newBuilder().setBroadcast(broadcast));
            return new Published(Receipts.of(sent.taken()), new Stamp(nodeId, sent.lane(), sent.sequence()));
        }
        List<CompletionStage<Void>> sent = new ArrayList<>();
        homes(only, nodes)
                .forEach((node, peers) -> sent.add(send(room, node, Envelopes.broadcast(message, addressing, peers))));
        return new Published(all(sent), null);
    }

    @Override
    public Map<String, CompletableFuture<Acks>> ask(
            String room, Message message, Addressing addressing, int timeoutMillis) {
        Set<String> only = addressing.only();
        Map<String, List<String>> targets = new TreeMap<>();
        if (only == null) {
            bridge.nodes().forEach(node -> targets.put(node, List.of()));
        } else {
            targets.putAll(homes(only, bridge.nodes()));
        }
        long id = asks.nextId();
        Map<String, CompletableFuture<Acks>> answers = new TreeMap<>();
        targets.forEach((node, peers) -> {
            CompletableFuture<Acks> answer = asks.open(id, node);
            answers.put(node, answer);
            Ask ask = Envelopes.ask(id, timeoutMillis, Envelopes.broadcast(message, addressing, peers));
            send(room, node, Envelope.newBuilder().setAsk(ask)).whenComplete((sent, failure) -> {
                if (failure != null) {
                    answer.completeExceptionally(failure);
                }
            });
        });
        // One that was lost since it was counted in will not be reported again.
        Set<String> alive = bridge.nodes();
        targets.keySet().stream().filter(node -> !alive.contains(node)).forEach(asks::lost);
        return answers;
    }

    @Override
    public void disconnected() {
        asks.allLost();
    }

    @Override
    public Receipt tellNodes(String room, @Nullable String toNode, Message message) {
        if (bridge.nodes().isEmpty()) {
            if (toNode == null) {
                sendLanes.skip(room);
            }
            return Receipts.DONE;
        }
        Envelope.Builder told = Envelope.newBuilder().setNodeMessage(Envelopes.nodeMessage(message));
        return Receipts.of(toNode == null ? publish(room, told).taken() : send(room, toNode, told));
    }

    @Override
    public CompletionStage<Void> subscribe(String room) {
        return bridge.subscribe(room);
    }

    @Override
    public CompletionStage<Appended> append(
            String room, Retention retention, @Nullable String messageId, Message message, Addressing addressing) {
        byte[] envelope = outsideLanes(
                false, Envelope.newBuilder().setBroadcast(Envelopes.broadcast(message, addressing, List.of())));
        return attempt(() -> bridge.append(room, retention, messageId, envelope));
    }

    @Override
    public CompletionStage<HistoryPosition> subscribeHistory(String room, Retention retention) {
        return attempt(() -> bridge.subscribeHistory(room, retention));
    }

    @Override
    public CompletionStage<LoggedPage> readHistory(String room, Retention retention, long after, int limit) {
        return attempt(() -> bridge.readHistory(room, retention, after, limit))
                .thenApply(slice -> new LoggedPage(
                        slice.epoch(),
                        slice.oldest(),
                        slice.newest(),
                        slice.entries().stream()
                                .map(entry -> logged(room, entry.offset(), entry.envelope()))
                                .toList()));
    }

    /** A bridge that throws has failed like any other. */
    private static <T> CompletionStage<T> attempt(Supplier<CompletionStage<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException failure) {
            return CompletableFuture.failedStage(failure);
        }
    }

    private LoggedMessage logged(String room, long offset, byte[] bytes) {
        try {
            Envelope envelope = Envelopes.parse(bytes);
            if (envelope.hasBroadcast()) {
                return new LoggedMessage(
                        offset,
                        Envelopes.message(envelope.getBroadcast()),
                        Envelopes.addressing(envelope.getBroadcast()));
            }
            telemetry.envelopeRefused(room, "entry " + offset + " of the history is no broadcast");
        } catch (InvalidProtocolBufferException | IllegalArgumentException garbage) {
            telemetry.envelopeRefused(room, "entry " + offset + " of the history: " + garbage.getMessage());
        }
        return new LoggedMessage(offset, null, Addressing.EVERYBODY);
    }

    @Override
    public void unsubscribe(String room) {
        bridge.unsubscribe(room);
    }

    private SendLanes.Sent publish(String room, Envelope.Builder content) {
        return sendLanes.number(
                room,
                null,
                (lane, sequence) ->
                        bridge.publish(room, bytes(Envelopes.onLane(content, nodeId, false, lane, sequence))));
    }

    private CompletionStage<Void> send(String room, String node, Broadcast broadcast) {
        return send(room, node, Envelope.newBuilder().setBroadcast(broadcast));
    }

    private CompletionStage<Void> send(String room, String node, Envelope.Builder content) {
        return sendLanes.send(
                room,
                node,
                (lane, sequence) ->
                        bridge.send(node, room, bytes(Envelopes.onLane(content, nodeId, true, lane, sequence))));
    }

    /** How sessions on their way talk to other nodes. */
    private final class MoveWire implements SessionMoves.Wire {

        @Override
        public CompletionStage<Void> send(String node, Envelope.Builder content) {
            return attempt(() -> bridge.send(node, NO_ROOM, outsideLanes(true, content)));
        }

        @Override
        public void send(String node, String room, Envelope.Builder content) {
            ClusterNode.this.send(room, node, content);
        }

        @Override
        public void publish(String room, Envelope.Builder content) {
            ClusterNode.this.publish(room, content);
        }
    }

    /** How the ends of lanes are talked about. */
    private final class TailWire implements Tails.Wire {

        @Override
        public void ask(Duration within) {
            TailsWanted wanted = TailsWanted.newBuilder()
                    .setWithinMs((int) within.toMillis())
                    .build();
            bridge.nodes()
                    .forEach(node -> attempt(() -> bridge.send(
                            node,
                            NO_ROOM,
                            outsideLanes(true, Envelope.newBuilder().setTailsWanted(wanted)))));
        }

        @Override
        public void tell(String room, @Nullable String node, long lane, long sequence) {
            byte[] tail = bytes(Envelopes.onLane(
                    Envelope.newBuilder().setTail(Tail.getDefaultInstance()), nodeId, node != null, lane, sequence));
            attempt(() -> node == null ? bridge.publish(room, tail) : bridge.send(node, room, tail));
        }
    }

    /** Returns an envelope that belongs to no lane: what it is about does not depend on what came before it. */
    private byte[] outsideLanes(boolean direct, Envelope.Builder content) {
        return bytes(Envelopes.onLane(content, nodeId, direct, 0, 0));
    }

    private static byte[] bytes(Envelope.Builder envelope) {
        return envelope.build().toByteArray();
    }

    /** Sorts peers by the nodes that they may be on; two nodes with one tag both get the peers of either. */
    private Map<String, List<String>> homes(Set<String> peers, Set<String> nodes) {
        Map<String, List<String>> homes = new TreeMap<>();
        Set<String> inOrder = new TreeSet<>(nodes);
        for (String peer : peers) {
            if (sessions.find(peer).isPresent()) {
                // It is here, whatever its id says: the room gives it the message itself.
                continue;
            }
            String other = moved.nodeOf(peer);
            if (other != null && nodes.contains(other)) {
                homes.computeIfAbsent(other, key -> new ArrayList<>()).add(peer);
                continue;
            }
            for (String node : inOrder) {
                if (peer.startsWith(node.substring(0, Math.min(tagLength, node.length())))) {
                    homes.computeIfAbsent(node, key -> new ArrayList<>()).add(peer);
                }
            }
        }
        return homes;
    }

    private static Receipt all(List<CompletionStage<Void>> stages) {
        return switch (stages.size()) {
            case 0 -> Receipts.DONE;
            case 1 -> Receipts.of(stages.get(0));
            default ->
                Receipts.of(CompletableFuture.allOf(stages.stream()
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture<?>[]::new)));
        };
    }

    // ---- inward

    @Override
    public void onEnvelope(String room, byte[] bytes) {
        try {
            open(room, Envelopes.parse(bytes));
        } catch (InvalidProtocolBufferException | IllegalArgumentException garbage) {
            telemetry.envelopeRefused(room, String.valueOf(garbage.getMessage()));
        }
    }

    private void open(String room, Envelope envelope) {
        String origin = envelope.getOrigin();
        if (origin.isEmpty() || origin.equals(nodeId)) {
            telemetry.envelopeRefused(
                    room, origin.isEmpty() ? "it names no origin" : "it claims to come from this node");
            return;
        }
        if (envelope.hasAnswers()) {
            // Its id says which question it answers; this node need not have an interest in the room.
            asks.answered(origin, envelope.getAnswers());
            return;
        }
        if (aboutSessions(origin, envelope)) {
            return;
        }
        if (envelope.hasTailsWanted()) {
            tails.wanted(Duration.ofMillis(envelope.getTailsWanted().getWithinMs()));
            return;
        }
        Stamp stamp = new Stamp(nodeIds.getOrDefault(origin, origin), envelope.getLane(), envelope.getSequence());
        if (envelope.hasTail()) {
            rooms.ended(room, stamp, envelope.getDirect());
            return;
        }
        if (envelope.hasAsk() && !rooms.isListening(room)) {
            // Nobody is here, and the other node waits to hear that.
            answer(room, origin, envelope.getAsk());
            return;
        }
        if (envelope.hasBroadcast()) {
            Message message = Envelopes.message(envelope.getBroadcast());
            Addressing addressing = Envelopes.addressing(envelope.getBroadcast());
            if (envelope.getDirect() && !rooms.isListening(room)) {
                // The last who was in the room has gone to another node, and the sender does not know yet.
                passOn(room, message, addressing);
            } else if (rooms.arrived(room, stamp, envelope.getDirect(), message, addressing)) {
                passOn(room, message, addressing);
            }
        } else if (rooms.passed(room, stamp, envelope.getDirect())) {
            passed(room, origin, envelope);
        }
    }

    private void passed(String room, String origin, Envelope envelope) {
        switch (envelope.getKindCase()) {
            case MARK -> {
                if (envelope.getMark().getNode().equals(nodeId)) {
                    moves.marked(room, origin, envelope.getMark());
                }
            }
            case PEER_MOVED -> moved.moved(envelope.getPeerMoved().getPeer(), origin);
            case NODE_MESSAGE -> {
                if (!rooms.arrivedFromNode(room, origin, Envelopes.message(envelope.getNodeMessage()))) {
                    rooms.gap(room, origin, 1);
                }
            }
            case ASK -> answer(room, origin, envelope.getAsk());
            // Those that are no matter of lanes, and what is of a newer version: it knows why it may send us this.
            case BROADCAST, ANSWERS, CLAIM, CLAIMED, HANDED, TAILS_WANTED, TAIL, KIND_NOT_SET -> {}
        }
    }

    /** Returns whether it was about a session on its way, which belongs to no lane. */
    private boolean aboutSessions(String origin, Envelope envelope) {
        switch (envelope.getKindCase()) {
            case CLAIM -> moves.claim(origin, envelope.getClaim());
            case CLAIMED -> moves.claimed(origin, envelope.getClaimed());
            case HANDED -> moves.handed(origin, envelope.getHanded());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** What is for peers that have moved from here follows them. */
    private void passOn(String room, Message message, Addressing addressing) {
        Set<String> only = addressing.only();
        if (only == null) {
            return;
        }
        Map<String, List<String>> targets = new TreeMap<>();
        for (String peer : only) {
            String node = sessions.find(peer).isPresent() ? null : moved.nodeOf(peer);
            if (node != null) {
                targets.computeIfAbsent(node, key -> new ArrayList<>()).add(peer);
            }
        }
        targets.forEach((node, peers) -> send(room, node, Envelopes.broadcast(message, addressing, peers)));
    }

    private void answer(String room, String asker, Ask ask) {
        Broadcast broadcast = ask.getBroadcast();
        rooms.asked(room, Envelopes.message(broadcast), Envelopes.addressing(broadcast), ask.getTimeoutMs())
                .whenComplete((acks, failure) -> bridge.send(
                        asker,
                        room,
                        outsideLanes(true, Envelope.newBuilder().setAnswers(Envelopes.answers(ask.getId(), acks)))));
    }

    @Override
    public void onAppended(String room, HistoryPosition position, byte[] envelope) {
        rooms.appended(room, position.epoch(), logged(room, position.offset(), envelope));
    }

    @Override
    public void onHistoryLost(String room, HistoryPosition resumesAfter) {
        rooms.historyLost(room, resumesAfter);
    }

    @Override
    public void onNodeJoined(String joined) {
        nodeIds.put(joined, joined);
        telemetry.nodeJoined(joined);
        Duration absence = lost.isBack(joined);
        if (absence != null) {
            // It lived all the time. What it said meanwhile did not arrive, and its numbers are forgotten.
            rooms.gap(joined);
            tails.isBack(absence);
        }
    }

    @Override
    public void onNodeLost(String nodeId) {
        lost.add(nodeId);
        nodeIds.remove(nodeId);
        asks.lost(nodeId);
        moves.lost(nodeId);
        telemetry.nodeLost(nodeId);
        rooms.nodeLost(nodeId);
    }

    @Override
    public void onState(BridgeState state) {
        telemetry.bridgeState(state);
        tails.state(state);
    }
}
