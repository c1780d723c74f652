package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

    private static final byte[] CHANNEL = new byte[1];

    private final Queue<Runnable> handedOver = new ArrayDeque<>();
    private final List<Integer> told = new ArrayList<>();
    private final Deliveries deliveries = new Deliveries(handedOver::add, (channel, payload) -> told((int) payload[0]));
    private Runnable meanwhile = () -> {};

    private void told(int message) {
        meanwhile.run();
        told.add(message);
    }

    private static byte[] message(int number) {
        return new byte[] {(byte) number};
    }

    @Test
    void aMessageThatComesAloneIsGivenAtOnceAndWakesNobody() {
        assertThat(deliveries.begin()).isTrue();
        deliveries.atOnce(CHANNEL, message(1));
        assertThat(told).containsExactly(1);
        assertThat(handedOver).isEmpty();
        assertThat(deliveries.isIdle()).isTrue();
    }

    @Test
    void nothingIsGivenAtOnceBeforeWhatWaits() {
        deliveries.arrived(CHANNEL, message(1));
        assertThat(deliveries.begin()).isFalse();
        deliveries.arrived(CHANNEL, message(2));
        handedOver.remove().run();
        assertThat(told).containsExactly(1, 2);
        assertThat(deliveries.begin()).isTrue();
    }

    @Test
    void whatComesWhileOneIsGivenFollowsOnAnotherThread() {
        assertThat(deliveries.begin()).isTrue();
        meanwhile = () -> {
            meanwhile = () -> {};
            assertThat(deliveries.begin()).isFalse();
            deliveries.arrived(CHANNEL, message(2));
            assertThat(handedOver).as("one at a time").isEmpty();
        };
        deliveries.atOnce(CHANNEL, message(1));
        assertThat(told).containsExactly(1);
        handedOver.remove().run();
        assertThat(told).containsExactly(1, 2);
        assertThat(deliveries.isIdle()).isTrue();
    }

    @Test
    void whoThrowsDelaysNobody() {
        meanwhile = () -> {
            throw new IllegalStateException("a callback that fails");
        };
        assertThat(deliveries.begin()).isTrue();
        deliveries.atOnce(CHANNEL, message(1));
        assertThat(deliveries.isIdle()).isTrue();
    }
}
