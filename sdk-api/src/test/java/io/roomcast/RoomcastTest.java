package io.roomcast;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class RoomcastTest {

    @Test
    void withoutARuntimeTheBuilderSaysWhatIsMissing() {
        assertThatIllegalStateException()
                .isThrownBy(Roomcast::builder)
                .withMessage("found 0 Roomcast runtimes on the class path, expected exactly one:"
                        + " add io.roomcast:roomcast-runtime");
    }
}
