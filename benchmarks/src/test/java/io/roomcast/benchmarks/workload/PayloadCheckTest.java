package io.roomcast.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.benchmarks.load.VoidRunException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PayloadCheckTest {

    private final PayloadCheck check = new PayloadCheck(2, 24);

    @Test
    void aRunInWhichEverybodyGetsEverythingCounts() throws Exception {
        for (int i = 0; i < 3; i++) {
            byte[] payload = check.nextPayload();
            assertThat(check.complete()).isFalse();
            hear(0, payload);
            hear(1, payload);
            assertThat(check.complete()).isTrue();
        }
        check.verify();
        assertThat(check.heard()).isEqualTo(6);
    }

    @Test
    void aMissingMessageMakesTheRunVoid() throws Exception {
        byte[] payload = check.nextPayload();
        hear(0, payload);

        assertThat(check.complete()).isFalse();
        assertThatThrownBy(check::verify).isInstanceOf(VoidRunException.class).hasMessageContaining("receiver 1 got 0");
    }

    @Test
    void aDoubledMessageMakesTheRunVoid() throws Exception {
        byte[] payload = check.nextPayload();
        hear(0, payload);

        assertThatThrownBy(() -> hear(0, payload)).hasMessage("receiver 0 got message 0, expected 1");
    }

    @Test
    void exchangedMessagesMakeTheRunVoid() {
        check.nextPayload();
        byte[] second = check.nextPayload();

        assertThatThrownBy(() -> hear(0, second)).hasMessage("receiver 0 got message 1, expected 0");
    }

    @Test
    void anAlteredByteMakesTheRunVoid() throws Exception {
        byte[] payload = check.nextPayload();
        hear(0, payload);
        payload[23] ^= 1;
        hear(1, payload);

        assertThat(check.complete()).isTrue();
        assertThatThrownBy(check::verify).isInstanceOf(VoidRunException.class).hasMessageContaining("checksum");
    }

    @Test
    void exchangedWordsMakeTheRunVoid() throws Exception {
        byte[] payload = check.nextPayload();
        hear(0, payload);
        ByteBuffer words = ByteBuffer.wrap(payload);
        long first = words.getLong(8);
        words.putLong(8, words.getLong(16)).putLong(16, first);
        hear(1, payload);

        assertThatThrownBy(check::verify).isInstanceOf(VoidRunException.class);
    }

    @Test
    void payloadsThatCannotBeCheckedAreRefused() {
        assertThatThrownBy(() -> new PayloadCheck(1, 15).nextPayload()).hasMessageContaining("payload is 15 bytes");
    }

    @Test
    void payloadsMayHaveSizesOfTheirOwn() throws Exception {
        PayloadCheck sized = new PayloadCheck(1, number -> number == 0 ? 2500 : 150);
        byte[] first = sized.nextPayload();
        byte[] second = sized.nextPayload();

        assertThat(first).hasSize(2500);
        assertThat(second).hasSize(150);
        sized.heard(0, ByteBuffer.wrap(first), 0, 2500);
        assertThatThrownBy(() -> sized.heard(0, ByteBuffer.wrap(second), 0, 149))
                .hasMessage("receiver 0 got 149 bytes, expected 150 of message 1");
        sized.heard(0, ByteBuffer.wrap(second), 0, 150);
        sized.verify();
    }

    @Test
    void theLastBytesOfAnOddPayloadAreCheckedToo() throws Exception {
        PayloadCheck odd = new PayloadCheck(1, 21);
        byte[] payload = odd.nextPayload();
        payload[20] ^= 1;
        odd.heard(0, ByteBuffer.wrap(payload), 0, payload.length);

        assertThatThrownBy(odd::verify).hasMessageContaining("checksum");
    }

    @Test
    void payloadsAreLettersThatNoProtocolEscapes() {
        PayloadCheck large = new PayloadCheck(1, 1001);
        for (int i = 0; i < 100; i++) {
            assertThat(new String(large.nextPayload(), StandardCharsets.US_ASCII))
                    .matches("[0-O]{1001}");
        }
    }

    private void hear(int receiver, byte[] payload) throws VoidRunException {
        check.heard(receiver, ByteBuffer.wrap(payload), 0, payload.length);
    }
}
