package io.roomcast.testkit.frame;

import io.roomcast.runtime.wire.proto.Frame;

/**
 * The numbers of a session's frames: which count, and which name their room by one. Read from docs/protocol.md and not from the server's code. Safe to use from any
 * thread.
 */
public final class Numbering {

    private Numbering() {}

    /** Returns whether a frame, of either side, counts: one that is acknowledged, and sent again after a lost connection. */
    public static boolean isNumbered(Frame frame) {
        return switch (frame.getBodyCase()) {
            case HELLO, WELCOME, ACK, PING, PONG, GO_AWAY -> false;
            case ERROR -> !frame.getError().getTerminal();
            default -> true;
        };
    }

    /** Returns the number by which a client's frame names its room, 0 if it names none. */
    public static int room(Frame frame) {
        return switch (frame.getBodyCase()) {
            case MESSAGE -> frame.getMessage().getRoom();
            case REQUEST -> frame.getRequest().getRoom();
            case LEAVE -> frame.getLeave().getRoom();
            case HISTORY -> frame.getHistory().getRoom();
            default -> 0;
        };
    }

    /**
     * Returns a client's frame with another number for its room, as after a move to another node.
     *
     * @throws IllegalArgumentException if it is of a kind that names no room by number
     */
    public static Frame withRoom(Frame frame, int number) {
        Frame.Builder again = frame.toBuilder();
        switch (frame.getBodyCase()) {
            case MESSAGE -> again.getMessageBuilder().setRoom(number);
            case REQUEST -> again.getRequestBuilder().setRoom(number);
            case LEAVE -> again.getLeaveBuilder().setRoom(number);
            case HISTORY -> again.getHistoryBuilder().setRoom(number);
            default ->
                throw new IllegalArgumentException(
                        "frame is a " + frame.getBodyCase() + ", expected a message, request, leave or history");
        }
        return again.build();
    }
}
