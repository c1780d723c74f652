package io.roomcast.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SentMessagesTest {

    private final SentMessages messages = new SentMessages();
    private final RoomView room = new RoomView("room");

    private SentMessage message(int sender, int serial) {
        return new SentMessage(sender, serial, room, null, 0, 0, 0, 0, 0, 1);
    }

    @Test
    void whatIsAddedAndNotRemovedIsFound() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Map<Long, SentMessage> expected = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            int sender = random.nextInt(40);
            int serial = random.nextInt(100);
            long key = sender * 1000L + serial;
            SentMessage there = expected.remove(key);
            if (there == null) {
                SentMessage added = message(sender, serial);
                expected.put(key, added);
                messages.add(added);
            } else {
                messages.remove(there);
            }
        }
        assertThat(messages.size()).as("seed %s", seed).isEqualTo(expected.size());
        for (int sender = 0; sender < 40; sender++) {
            for (int serial = 0; serial < 100; serial++) {
                assertThat(messages.find(sender, serial))
                        .as("seed %s, message %s of %s", seed, serial, sender)
                        .isSameAs(expected.get(sender * 1000L + serial));
            }
        }
    }

    @Test
    void whatIsNotInItIsNotRemoved() {
        messages.add(message(1, 1));
        messages.remove(message(1, 2));
        messages.remove(message(1, 1));
        assertThat(messages.size()).isEqualTo(1);
    }
}
