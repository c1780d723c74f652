package io.roomcast;

/** Something outside the caller's code kept Roomcast from doing what it was asked. The message says what and where. */
public class RoomcastException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RoomcastException(String message) {
        super(message);
    }

    public RoomcastException(String message, Throwable cause) {
        super(message, cause);
    }
}
