package io.roomcast.runtime.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import io.roomcast.Acks;
import io.roomcast.Message;
import io.roomcast.Receipt;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.runtime.cluster.proto.Ask;
import io.roomcast.runtime.cluster.proto.Broadcast;
import io.roomcast.runtime.cluster.proto.Envelope;
import io.roomcast.runtime.cluster.proto.NodeMessage;
import io.roomcast.runtime.environment.Environment;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.room.Addressing;
import io.roomcast.runtime.room.Receipts;
import io.roomcast.runtime.room.Rooms;
import io.roomcast.runtime.room.Uplink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * This node as a member of a cluster. Broadcasts go to the nodes that want the room; messages for chosen peers go to the nodes
 * whose tag begins the peers' ids. Safe to use from any thread.
 *
 * <p>What this node broadcasts reaches its own peers without a detour over the bridge, so broadcasts of different nodes can
 * reach the peers of different nodes in different order; those of one node are in order everywhere.
 */
public final class ClusterNode implements Uplink, BridgeListener {

    private final String nodeId;
    private final int tagLength;
    private final Bridge bridge;
    private final Rooms rooms;
    private final Telemetry telemetry;
    private final SendLanes sendLanes;
    private final ReceiveLanes receiveLanes = new ReceiveLanes();
    private final OpenAsks asks = new OpenAsks();

    /**
     * @param tagLength how many characters of a node's id begin the ids of its peers
     */
    public ClusterNode(String nodeId, int tagLength, Bridge bridge, Rooms rooms, Environment environment) {
        this.nodeId = nodeId;
        this.tagLength = tagLength;
        this.bridge = bridge;
        this.rooms = rooms;
        this.telemetry = environment.telemetry();
        this.sendLanes = new SendLanes(environment.clock());
    }

    // ---- outward

    @Override
    public Receipt publish(String room, Message message, Addressing addressing) {
        Set<String> nodes = bridge.nodes();
        if (nodes.isEmpty()) {
            return Receipts.DONE;
        }
        Set<String> only = addressing.only();
        if (only == null) {
            return publish(room, Envelopes.broadcast(message, addressing, List.of()));
        }
        List<CompletionStage<Void>> sent = new ArrayList<>();
        homes(only, nodes)
                .forEach((node, peers) -> sent.add(send(room, node, Envelopes.broadcast(message, addressing, peers))));
        return all(sent);
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
            sendLanes
                    .send(
                            room,
                            node,
                            (lane, sequence) -> bridge.send(
                                    node, room, bytes(lane(true, lane, sequence).setAsk(ask))))
                    .whenComplete((sent, failure) -> {
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
            return Receipts.DONE;
        }
        NodeMessage told = Envelopes.nodeMessage(message);
        return Receipts.of(sendLanes.send(
                room,
                toNode,
                (lane, sequence) -> toNode == null
                        ? bridge.publish(room, bytes(lane(false, lane, sequence).setNodeMessage(told)))
                        : bridge.send(
                                toNode, room, bytes(lane(true, lane, sequence).setNodeMessage(told)))));
    }

    @Override
    public CompletionStage<Void> subscribe(String room) {
        receiveLanes.open(room);
        return bridge.subscribe(room);
    }

    @Override
    public void unsubscribe(String room) {
        bridge.unsubscribe(room);
        receiveLanes.close(room);
    }

    private Receipt publish(String room, Broadcast broadcast) {
        return Receipts.of(sendLanes.send(
                room,
                null,
                (lane, sequence) ->
                        bridge.publish(room, bytes(lane(false, lane, sequence).setBroadcast(broadcast)))));
    }

    private CompletionStage<Void> send(String room, String node, Broadcast broadcast) {
        return sendLanes.send(
                room,
                node,
                (lane, sequence) ->
                        bridge.send(node, room, bytes(lane(true, lane, sequence).setBroadcast(broadcast))));
    }

    private Envelope.Builder lane(boolean direct, long lane, long sequence) {
        return Envelopes.lane(nodeId, direct, lane, sequence);
    }

    private static byte[] bytes(Envelope.Builder envelope) {
        return envelope.build().toByteArray();
    }

    /** Sorts peers by the nodes that they may be on; two nodes with one tag both get the peers of either. */
    private Map<String, List<String>> homes(Set<String> peers, Set<String> nodes) {
        Map<String, List<String>> homes = new TreeMap<>();
        for (String node : new TreeSet<>(nodes)) {
            String tag = node.substring(0, Math.min(tagLength, node.length()));
            for (String peer : peers) {
                if (peer.startsWith(tag)) {
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
            open(room, Envelope.parseFrom(bytes));
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
        if (envelope.hasAsk() && !receiveLanes.isOpen(room)) {
            // Nobody is here, and the other node waits to hear that.
            answer(room, origin, envelope.getAsk());
            return;
        }
        long missed =
                receiveLanes.arrived(room, origin, envelope.getDirect(), envelope.getLane(), envelope.getSequence());
        if (missed == ReceiveLanes.IGNORE) {
            return;
        }
        if (missed > 0) {
            rooms.gap(room, origin, missed);
        }
        boolean taken = switch (envelope.getKindCase()) {
            case BROADCAST ->
                rooms.arrived(
                        room,
                        Envelopes.message(envelope.getBroadcast()),
                        Envelopes.addressing(envelope.getBroadcast()));
            case NODE_MESSAGE -> rooms.arrivedFromNode(room, origin, Envelopes.message(envelope.getNodeMessage()));
            case ASK -> {
                answer(room, origin, envelope.getAsk());
                yield true;
            }
            // Of a newer version: it knows why it may send us this.
            case ANSWERS, KIND_NOT_SET -> true;
        };
        if (!taken) {
            rooms.gap(room, origin, 1);
        }
    }

    private void answer(String room, String asker, Ask ask) {
        Broadcast broadcast = ask.getBroadcast();
        rooms.asked(room, Envelopes.message(broadcast), Envelopes.addressing(broadcast), ask.getTimeoutMs())
                .whenComplete((acks, failure) -> bridge.send(
                        asker, room, bytes(lane(true, 0, 0).setAnswers(Envelopes.answers(ask.getId(), acks)))));
    }

    @Override
    public void onNodeJoined(String joined) {
        telemetry.nodeJoined(joined);
    }

    @Override
    public void onNodeLost(String lost) {
        receiveLanes.forget(lost);
        asks.lost(lost);
        telemetry.nodeLost(lost);
        rooms.nodeLost(lost);
    }

    @Override
    public void onState(BridgeState state) {
        telemetry.bridgeState(state);
    }
}
