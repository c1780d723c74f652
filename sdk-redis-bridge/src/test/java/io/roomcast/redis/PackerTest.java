package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.bridge.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class PackerTest {

    private static final Origin SELF = new Origin("self", 1);
    private static final Origin OTHER = new Origin("other", 2);
    private static final Retention RETENTION = new Retention(10, Duration.ofHours(1));

    private final Packer packer = new Packer(
            new Names("rc", 16), new Parcels(new Seal(List.of()), Parcels.Dialect.CURRENT), SELF, () -> "epoch");

    @Test
    void envelopesForOneRoomShareACommand() {
        List<Outgoing> batch = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            batch.add(envelope("r" + i % 2, null));
        }
        assertThat(packer.pack(batch))
                .hasSize(2)
                .allSatisfy(command -> assertThat(command.items).hasSize(50));
    }

    @Test
    void whatComesAloneIsACommandOfItsKind() {
        assertThat(packer.pack(List.of(envelope("r", OTHER)))).hasExactlyElementsOfTypes(Pipelined.Publish.class);
        assertThat(packer.pack(List.of(new Outgoing.Append("r", RETENTION, null, new byte[1]))))
                .hasExactlyElementsOfTypes(Pipelined.Log.class);
        assertThat(packer.pack(List.of(new Outgoing.Command(true, 1, server -> null, reply -> {}, failure -> {}))))
                .hasExactlyElementsOfTypes(Pipelined.Own.class)
                .allSatisfy(command -> assertThat(command.items).hasSize(1));
    }

    @Test
    void aCommandDoesNotGrowForEver() {
        List<Outgoing> batch = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            batch.add(new Outgoing.Envelope("r", null, new byte[60_000]));
        }
        assertThat(packer.pack(batch)).hasSize(5);
    }

    @Test
    void appendsToOneLogShareACommandAndOneRoomHasOnlyOne() {
        List<Outgoing> batch = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            batch.add(new Outgoing.Append("r" + i % 4, RETENTION, i % 3 == 0 ? "id" + i : null, new byte[1]));
            batch.add(envelope("r" + i % 4, null));
        }
        assertThat(packer.pack(batch).stream().filter(Pipelined.Log.class::isInstance))
                .hasSize(4);
    }

    /** Whatever goes where: what concerns one room is sent in the order in which it came. */
    @RepeatedTest(50)
    void theOrderOfARoomIsKeptOverItsChannels() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Outgoing> batch = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            batch.add(envelope("r" + random.nextInt(6), random.nextBoolean() ? null : OTHER));
        }
        Map<Outgoing, Integer> place = new HashMap<>();
        List<Pipelined> pipeline = packer.pack(batch);
        int next = 0;
        for (Pipelined command : pipeline) {
            for (Outgoing item : command.items) {
                place.put(item, next++);
            }
        }
        assertThat(place).hasSize(batch.size());
        assertThat(pipeline).hasSizeLessThan(batch.size());
        Map<String, Integer> last = new HashMap<>();
        for (Outgoing item : batch) {
            String room = ((Outgoing.Envelope) item).room;
            Integer before = last.put(room, place.get(item));
            assertThat(before == null || before < place.get(item))
                    .as("order in " + room)
                    .isTrue();
        }
    }

    private static Outgoing.Envelope envelope(String room, Origin to) {
        return new Outgoing.Envelope(room, to, new byte[8]);
    }
}
