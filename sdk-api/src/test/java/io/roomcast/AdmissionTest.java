package io.roomcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {

    @Test
    void anAcceptedPeerGetsTheSnapshot() {
        assertThat(Admission.accept().refusal()).isNull();
        assertThat(Admission.accept().snapshot()).isEmpty();
        assertThat(Admission.accept(new byte[] {1, 2}).snapshot()).containsExactly(1, 2);
        assertThat(Admission.accept(Codecs.utf8(), "ab").snapshot()).containsExactly('a', 'b');
    }

    @Test
    void aRefusalWithoutACodeIsJoinRefused() {
        assertThat(Admission.refuse("full").refusal()).isEqualTo(new Refusal(ErrorCode.JOIN_REFUSED, "full"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1500, 1999, ErrorCode.JOIN_REFUSED})
    void anApplicationRefusesWithCodesOfItsOwn(int code) {
        assertThat(Admission.refuse(code, "no").refusal()).isEqualTo(new Refusal(code, "no"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, ErrorCode.UNKNOWN_ROOM, 999, 2000})
    void itCannotUseTheCodesOfOthers(int code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Admission.refuse(code, "no"))
                .withMessageStartingWith("code is " + code + ", expected 1000 to 1999");
    }
}
