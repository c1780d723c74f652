package io.roomcast.benchmarks.signals;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.runtime.wire.proto.IceCandidate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CandidateLineTest {

    private static final String HOST = "candidate:990770807 1 udp 2113937151 772b7c6c.local 48742 typ host generation 0"
            + " ufrag e5PP network-cost 999";

    @Test
    void aBrowsersLineIsTakenApart() {
        IceCandidate parts = CandidateLine.split(HOST, "e5PP").build();

        assertThat(parts.hasLine()).isFalse();
        assertThat(parts.getSerializedSize()).isLessThan(HOST.length() / 2);
        assertThat(CandidateLine.join(parts, "e5PP")).isEqualTo(HOST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "candidate:1 1 udp 1 a 1 typ host extension 7",
                "candidate:01 1 udp 1 a 1 typ host",
                "candidate:1 3 udp 1 a 1 typ host",
                "candidate:1 1 Udp 1 a 1 typ host",
                "candidate:1 1 udp 99999999999 a 1 typ host",
                "candidate:1 1 udp 1  a 1 typ host",
                "candidate:1 1 udp 1 a 1 typ host ufrag other"
            })
    void anyOtherLineTravelsWhole(String line) {
        IceCandidate parts = CandidateLine.split(line, "e5PP").build();

        assertThat(parts.getLine()).isEqualTo(line);
        assertThat(CandidateLine.join(parts, "e5PP")).isEqualTo(line);
    }
}
