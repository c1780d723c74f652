package io.roomcast.runtime.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoomPatternTest {

    @Test
    void variablesStandForWhatIsBetweenSlashes() {
        assertThat(RoomPattern.of("chat/{topic}/{lang}").match("chat/jazz/en"))
                .contains(Map.of("topic", "jazz", "lang", "en"));
        assertThat(RoomPattern.of("chat/{topic}").match("chat/jazz/en")).isEmpty();
        assertThat(RoomPattern.of("chat/{topic}").match("chat/")).isEmpty();
    }

    @Test
    void theLastVariableMayTakeTheRest() {
        assertThat(RoomPattern.of("file/{path...}").match("file/a/b/c")).contains(Map.of("path", "a/b/c"));
    }

    @Test
    void textIsTakenLiterally() {
        assertThat(RoomPattern.of("a.b*(c)").match("a.b*(c)")).contains(Map.of());
        assertThat(RoomPattern.of("a.b").match("axb")).isEmpty();
        assertThat(RoomPattern.of("x-{name}.json").match("x-one\ntwo.json")).contains(Map.of("name", "one\ntwo"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "chat/{", "chat/}", "{a}{b}", "{a}/{a}", "{rest...}/more", "{1st}", "{a b}", "{}"})
    void malformedPatternsAreRefusedWithTheirText(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoomPattern.of(pattern))
                .withMessageContaining("\"" + pattern + "\"");
    }

    @Test
    void theFirstDeclaredPatternWinsAndNoneIsDeclaredTwice() {
        RoomHandler first = new RoomHandler() {};
        RoomKinds kinds = new RoomKinds();
        kinds.declare("chat/{topic}", first, RoomOptions.defaults());
        kinds.declare("chat/jazz", new RoomHandler() {}, RoomOptions.defaults());
        assertThat(kinds.find("chat/jazz").orElseThrow().kind().handler()).isSameAs(first);
        assertThat(kinds.find("quotes")).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kinds.declare("chat/jazz", first, RoomOptions.defaults()))
                .withMessageContaining("declared before");
        assertThatIllegalArgumentException()
                .as("nothing would ever match it")
                .isThrownBy(() -> kinds.declare("chat/{subject}", first, RoomOptions.defaults()))
                .withMessage("room pattern \"chat/{subject}\" was declared before, as \"chat/{topic}\", expected once");
    }

    @ParameterizedTest
    @CsvSource({"1,true", "255,true", "256,false"})
    void aRoomNameIsBoundedInBytes(int length, boolean good) {
        assertThat(RoomKinds.faultOf("x".repeat(length)) == null).isEqualTo(good);
        assertThat(RoomKinds.faultOf("é".repeat(128))).contains("256 UTF-8 bytes");
        assertThat(RoomKinds.faultOf("")).contains("0 UTF-8 bytes");
    }
}
