package io.roomcast.runtime.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChunkTest {

    @Test
    void aChunkOfSeveralFramesHasTheirBytesAndNumbersAndCanBeSplitAgain() {
        Chunk joined = Chunk.joined(chunk("one"), chunk("seven"), chunk("x"));
        assertThat(text(joined)).isEqualTo("onesevenx");
        assertThat(joined.frames()).isEqualTo(3);
        assertThat(joined.isNumbered()).isTrue();
        assertThat(joined.split(0)).extracting(ChunkTest::text).containsExactly("one", "seven", "x");
        assertThat(joined.split(2)).extracting(ChunkTest::text).containsExactly("x");
        assertThat(joined.split(0)).allSatisfy(each -> assertThat(each.frames()).isOne());
    }

    @Test
    void aChunkOfOneFrameIsThatFrame() {
        Chunk one = chunk("one");
        assertThat(Chunk.joined(one)).isSameAs(one);
        assertThat(one.split(0)).containsExactly(one);
        assertThat(Chunk.unnumbered(new byte[1]).frames()).isZero();
    }

    @Test
    void whatHasNoNumberIsNotJoined() {
        assertThatThrownBy(() -> Chunk.joined(chunk("one"), Chunk.unnumbered(new byte[3])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("chunk 1 has 0 numbered frames, expected 1");
    }

    private static Chunk chunk(String text) {
        return Chunk.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Chunk chunk) {
        return StandardCharsets.UTF_8.decode(chunk.asBuffer()).toString();
    }
}
