package io.roomcast.runtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Peer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LocalPeersTest {

    private final LocalPeers peers = new LocalPeers();

    @Test
    void whatWasAskedForDoesNotChangeAfterwards() {
        Peer ann = peer("ann");
        peers.add(ann);
        List<Peer> before = peers.now();
        peers.add(peer("bob"));
        peers.remove(ann);
        assertThat(before).containsExactly(ann);
        assertThat(peers.now()).hasSize(1).doesNotContain(ann);
    }

    @Test
    void oneThatIsNotThereIsNotRemoved() {
        peers.remove(peer("ann"));
        assertThat(peers.now()).isEmpty();
    }

    /** Few become many and many become few. */
    @Test
    void itHoldsWhoWasAddedAndNotRemoved() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Peer> expected = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            boolean growing = i / 100 % 2 == 0;
            if (expected.isEmpty() || random.nextInt(10) < (growing ? 7 : 3)) {
                Peer peer = peer("peer " + i);
                peers.add(peer);
                expected.add(peer);
            } else {
                peers.remove(expected.remove(random.nextInt(expected.size())));
            }
            assertThat(peers.now()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static Peer peer(String id) {
        return (Peer) Proxy.newProxyInstance(
                LocalPeersTest.class.getClassLoader(),
                new Class<?>[] {Peer.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> id.hashCode();
                    case "equals" -> proxy == arguments[0];
                    case "toString", "id" -> id;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
