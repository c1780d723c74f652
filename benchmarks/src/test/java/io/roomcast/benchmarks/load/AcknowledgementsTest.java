package io.roomcast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<Long> sent = new ArrayList<>();
    private final TestLine line = new TestLine();
    private final Acknowledgements acknowledgements = new Acknowledgements((received, on) -> sent.add(received));

    @BeforeEach
    void begin() {
        acknowledgements.begin();
    }

    @Test
    void theFirstUnacknowledgedFrameSetsTheTime() {
        line.nanos = 5;
        receive(2, 10);
        assertThat(line.reminders).containsExactly(5 + SECOND);

        line.nanos = 5 + SECOND;
        acknowledgements.reminded(line);
        assertThat(sent).containsExactly(2L);
    }

    @Test
    void oneHundredAndTwentyEightFramesAreAcknowledgedAtOnce() {
        receive(127, 10);
        assertThat(sent).isEmpty();
        receive(1, 10);
        assertThat(sent).containsExactly(128L);
    }

    @Test
    void sixtyFourKibibytesAreAcknowledgedAtOnce() {
        receive(3, 16 * 1024);
        assertThat(sent).isEmpty();
        receive(1, 16 * 1024);
        assertThat(sent).containsExactly(4L);
    }

    @Test
    void aReminderOfWhatWasAcknowledgedMovesToWhatWasNot() {
        receive(128, 10);
        line.nanos = SECOND / 2;
        receive(1, 10);
        line.nanos = SECOND;
        acknowledgements.reminded(line);
        assertThat(sent).containsExactly(128L);
        assertThat(line.reminders).containsExactly(SECOND, SECOND / 2 + SECOND);

        line.nanos = SECOND / 2 + SECOND;
        acknowledgements.reminded(line);
        assertThat(sent).containsExactly(128L, 129L);
    }

    @Test
    void whatIsAllAcknowledgedNeedsNoReminder() {
        receive(128, 10);
        line.nanos = SECOND;
        acknowledgements.reminded(line);

        assertThat(sent).containsExactly(128L);
        assertThat(line.reminders).hasSize(1);
    }

    @Test
    void beforeTheWelcomeNothingCounts() {
        Acknowledgements early = new Acknowledgements((received, on) -> sent.add(received));
        for (int i = 0; i < 200; i++) {
            early.received(10, line);
        }
        assertThat(sent).isEmpty();
        assertThat(line.reminders).isEmpty();
    }

    private void receive(int frames, int bytes) {
        for (int i = 0; i < frames; i++) {
            acknowledgements.received(bytes, line);
        }
    }
}
