package io.roomcast.testkit.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.roomcast.runtime.wire.proto.Error;
import io.roomcast.runtime.wire.proto.Frame;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberingTest {

    private static final int BEFORE = 3;
    private static final int AFTER = 9;

    @Test
    void allFramesCountButThoseAboutTheConnection() {
        List<String> uncounted = Frame.getDescriptor().getFields().stream()
                .filter(field -> !Numbering.isNumbered(empty(field.getName())))
                .map(FieldDescriptor::getName)
                .toList();
        assertThat(uncounted).containsExactlyInAnyOrder("hello", "welcome", "ack", "ping", "pong", "go_away");
    }

    @Test
    void anErrorThatEndsTheConnectionDoesNotCount() {
        Error.Builder error = Error.newBuilder().setTerminal(true);
        assertThat(Numbering.isNumbered(Frame.newBuilder().setError(error).build()))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"message", "request", "leave", "history"})
    void aFrameThatNamesItsRoomByNumberCanBeSaidOnAnotherNode(String name) {
        Frame frame = inRoom(name, BEFORE);
        assertThat(Numbering.room(frame)).isEqualTo(BEFORE);
        assertThat(Numbering.withRoom(frame, AFTER)).isEqualTo(inRoom(name, AFTER));
    }

    @Test
    void aFrameThatNamesNoRoomByNumberIsRefused() {
        Frame join = empty("join");
        assertThat(Numbering.room(join)).isZero();
        assertThatThrownBy(() -> Numbering.withRoom(join, AFTER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("JOIN");
    }

    private static FieldDescriptor body(String name) {
        return Frame.getDescriptor().findFieldByName(name);
    }

    private static Frame empty(String name) {
        Frame.Builder frame = Frame.newBuilder();
        FieldDescriptor body = body(name);
        return frame.setField(body, frame.newBuilderForField(body).build()).build();
    }

    private static Frame inRoom(String name, int number) {
        Frame.Builder frame = Frame.newBuilder();
        FieldDescriptor body = body(name);
        Message.Builder inside = frame.newBuilderForField(body);
        FieldDescriptor room = inside.getDescriptorForType().findFieldByName("room");
        return frame.setField(body, inside.setField(room, number).build()).build();
    }
}
