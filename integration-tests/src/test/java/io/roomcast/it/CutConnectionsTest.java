package io.roomcast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.Roomcast;
import io.roomcast.RoomcastListener;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * TCP connections cut at random under traffic in both directions, on a node with several IO threads: in the handshake, in the middle
 * of a frame, with FIN, with RST, without the server's knowledge. Every message arrives once and in order, and nobody has left.
 * {@code -Droomcast.cuts=5000} runs the long form.
 */
class CutConnectionsTest {

    private static final String ROOM = "room/1";
    private static final int CUTS = Integer.getInteger("roomcast.cuts", 300);
    private static final int CLIENTS = 4;
    /** How far ahead a sender may be of the slowest receiver: traffic goes on, and nobody exceeds a budget. */
    private static final int AHEAD = 60;

    private static final int MOST_BYTES = 30_000;
    private static final long DEADLINE_SECONDS = 60 + CUTS / 10;

    private final Map<String, Queue<String>> heard = new ConcurrentHashMap<>();
    private final Queue<LeaveReason> left = new ConcurrentLinkedQueue<>();
    private final Queue<String> givenUp = new ConcurrentLinkedQueue<>();

    @Test
    void whereverAConnectionIsCutEachMessageArrivesOnceAndInOrder() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        try (Roomcast node = node();
                CuttingProxy proxy = new CuttingProxy(
                        new InetSocketAddress(
                                "127.0.0.1", node.addresses().get(0).getPort()),
                        MOST_BYTES,
                        seed)) {
            List<ResumingClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(new ResumingClient(proxy.port(), ROOM));
                }
                await("clients in the room", () -> clients.stream().allMatch(ResumingClient::isInRoom));
                Random random = new Random(seed + 1);
                int sent = 0;
                int said = 0;
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
                while (proxy.cuts() < CUTS && System.nanoTime() < deadline) {
                    int slowest = clients.stream()
                            .mapToInt(ResumingClient::count)
                            .min()
                            .orElseThrow();
                    for (int burst = random.nextInt(20); burst > 0 && sent < slowest + AHEAD; burst--) {
                        node.room(ROOM).broadcast("say", text(sent++)).send();
                    }
                    if (clients.stream().allMatch(client -> client.unacknowledged() < AHEAD)) {
                        String text = text(said++);
                        clients.forEach(client -> client.say(text));
                    }
                    Thread.yield();
                }
                assertThat(proxy.cuts())
                        .as("cuts within %d s", DEADLINE_SECONDS)
                        .isGreaterThanOrEqualTo(CUTS);
                proxy.cutNoMore();

                int lastSent = sent;
                int lastSaid = said;
                await(
                        "all messages at all clients",
                        () -> clients.stream().allMatch(client -> client.count() >= lastSent));
                await(
                        "all messages at the node",
                        () -> clients.stream()
                                .allMatch(client -> heardFrom(client).size() >= lastSaid));
                for (ResumingClient client : clients) {
                    assertThat(client.faults()).as("seed %d", seed).isEmpty();
                    assertThat(client.texts()).as("seed %d", seed).containsExactlyElementsOf(texts(sent));
                    assertThat(heardFrom(client)).as("seed %d", seed).containsExactlyElementsOf(texts(said));
                    assertThat(client.resumes()).as("seed %d", seed).isGreaterThan(CUTS / CLIENTS / 10);
                }
                assertThat(left).as("seed %d", seed).isEmpty();
                assertThat(givenUp).as("seed %d", seed).isEmpty();
                System.out.println(proxy.cuts() + " cuts, "
                        + clients.stream().mapToInt(ResumingClient::resumes).sum() + " resumes, " + sent
                        + " broadcasts to each of " + CLIENTS + " clients, " + said + " messages from each");
            } finally {
                for (ResumingClient client : clients) {
                    client.close();
                }
            }
        }
    }

    private Roomcast node() {
        return Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .requireOrigin(false)
                .ioThreads(3)
                .room("room/{id}", new RoomHandler() {
                    @Override
                    public void onMessage(Room room, Peer peer, Message message) {
                        heard.computeIfAbsent(peer.id(), id -> new ConcurrentLinkedQueue<>())
                                .add(message.text());
                    }

                    @Override
                    public void onLeave(Room room, Peer peer, LeaveReason reason) {
                        left.add(reason);
                    }
                })
                .listener(new RoomcastListener() {
                    @Override
                    public void peerGivenUp(String peerId, String reason) {
                        givenUp.add(peerId + ": " + reason);
                    }
                })
                .start();
    }

    private Queue<String> heardFrom(ResumingClient client) {
        return heard.getOrDefault(client.peer(), new ConcurrentLinkedQueue<>());
    }

    /** Numbers that are short and long by turns, so that frames are too. */
    private static String text(int number) {
        return number + " " + "x".repeat(number % 7 * 40);
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(CutConnectionsTest::text).toList();
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what).atMost(Duration.ofSeconds(DEADLINE_SECONDS)).until(condition::getAsBoolean);
    }
}
