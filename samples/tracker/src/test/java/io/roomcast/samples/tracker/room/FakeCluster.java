package io.roomcast.samples.tracker.room;

import io.roomcast.Admission;
import io.roomcast.JoinRequest;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.samples.tracker.swarm.AnnounceInterval;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Trackers joined by a bridge that loses what a test wants it to lose. One thread, time by hand. */
final class FakeCluster {

    static final TrackerSettings SETTINGS = new TrackerSettings(
            Set.of("demo"),
            new AnnounceInterval(Duration.ofSeconds(4), Duration.ofMinutes(2), 200),
            Duration.ofSeconds(50),
            8,
            10_000,
            6);

    /** What a viewer was sent. */
    record Delivery(String to, String from, Message message) {}

    final List<Delivery> deliveries = new ArrayList<>();
    final Map<String, Node> nodes = new TreeMap<>();
    Predicate<Message> loses = message -> false;
    private long now = 1_000_000;
    private final Queue<Runnable> bridge = new ArrayDeque<>();

    Node node(String name) {
        Node node = new Node(name);
        nodes.put(name, node);
        return node;
    }

    void pass(Duration time) {
        now += time.toMillis();
    }

    void settle() {
        for (Runnable next = bridge.poll(); next != null; next = bridge.poll()) {
            next.run();
        }
    }

    List<Message> received(String viewer, String event) {
        return deliveries.stream()
                .filter(delivery -> delivery.to().equals(viewer))
                .map(Delivery::message)
                .filter(message -> message.event().equals(event))
                .toList();
    }

    Events.Partners lastPartners(String viewer) {
        List<Message> answers = received(viewer, Events.PARTNERS);
        return answers.get(answers.size() - 1).decode(Events.ANSWERS);
    }

    final class Node {
        final String name;
        final Map<String, FakePeer> peers = new LinkedHashMap<>();
        private final TrackerRoom tracker;
        private final FakeRoom room =
                new FakeRoom("tracker/demo", Map.of("stream", "demo"), this::broadcast, this::tell);
        private boolean open;

        private Node(String name) {
            this.name = name;
            this.tracker = new TrackerRoom(name, SETTINGS, new NodeDirectory(), () -> now, new Random(3));
        }

        Admission join(String id) {
            if (!open) {
                open = true;
                tracker.onOpen(room);
                settle();
            }
            FakePeer peer = new FakePeer(id);
            Admission admission = tracker.onAdmit(room, peer, new JoinRequest(Message.of("join")));
            peers.put(id, peer);
            tracker.onJoin(room, peer);
            return admission;
        }

        void say(String id, Message message) {
            tracker.onMessage(room, peers.get(id), message);
            settle();
        }

        void announce(String id, int want) {
            say(id, Message.of(Events.ANNOUNCE, "{\"want\":" + want + ",\"open\":6,\"held\":3}"));
        }

        void leave(String id) {
            FakePeer peer = peers.remove(id);
            tracker.onLeave(room, peer, LeaveReason.LEFT);
            settle();
            if (peers.isEmpty()) {
                open = false;
                tracker.onClose(room);
            }
        }

        /** Dies without a word. */
        void crash() {
            nodes.remove(name);
            nodes.values().stream()
                    .filter(other -> other.open)
                    .forEach(other -> other.tracker.onNodeLost(other.room, name));
        }

        private void tell(String to, Message message) {
            if (loses.test(message)) {
                return;
            }
            for (Node other : List.copyOf(nodes.values())) {
                boolean addressed = to.isEmpty() ? other != this : other.name.equals(to);
                if (addressed) {
                    bridge.add(() -> {
                        if (other.open) {
                            other.tracker.onNodeMessage(other.room, name, message);
                        }
                    });
                }
            }
        }

        private void broadcast(FakeRoom.Sent sent) {
            for (Node node : nodes.values()) {
                for (String id : node.peers.keySet()) {
                    if (sent.to().contains(id)) {
                        deliveries.add(new Delivery(id, sent.from(), sent.message()));
                    }
                }
            }
        }
    }
}
