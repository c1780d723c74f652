package io.roomcast.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.roomcast.testkit.random.Dice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeederTest {

    private static int[] draws(Feeder feeder, int count) {
        Feeder.Keys keys = feeder.open();
        Dice dice = new Dice(7);
        return IntStream.range(0, count)
                .map(peer -> keys.next(peer, dice.at(peer, 0)))
                .toArray();
    }

    @Test
    void ninetyPercentOfThePeersAreInTenPercentOfTheRooms() {
        int[] keys = draws(Feeder.hotspot(1000, 0.9, 0.1), 20_000);
        assertThat(IntStream.of(keys).allMatch(key -> key >= 0 && key < 1000)).isTrue();
        double hot = IntStream.of(keys).filter(key -> key < 100).count() / 20_000.0;
        assertThat(hot).isCloseTo(0.9, within(0.01));
    }

    @Test
    void groupsHaveOneSize() {
        assertThat(draws(Feeder.groupsOf(3, 2), 7)).containsExactly(0, 0, 0, 1, 1, 1, 0);
    }

    @Test
    void aSequenceBeginsAgain() {
        assertThat(draws(Feeder.sequence(3), 5)).containsExactly(0, 1, 2, 0, 1);
    }

    @Test
    void zipfPrefersTheFirst() {
        int[] keys = draws(Feeder.zipf(100, 1), 50_000);
        // 1 / (1 + 1/2 + … + 1/100) of all.
        assertThat(IntStream.of(keys).filter(key -> key == 0).count() / 50_000.0)
                .isCloseTo(1 / 5.187, within(0.01));
        assertThat(IntStream.of(keys).allMatch(key -> key >= 0 && key < 100)).isTrue();
        assertThat(keys).contains(99);
    }

    @Test
    void namesComeFromAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("songs.csv"), "1,help\n2,yesterday\n");
        RoomChoice rooms = RoomChoice.of("song/{}", Feeder.csv(file, 1));
        assertThat(rooms.name(1)).isEqualTo("song/yesterday");
        assertThatThrownBy(() -> Feeder.csv(file, 5)).hasMessageContaining("column is 5");
    }
}
