package io.roomcast;

/** A payload that is not what its {@link Codec} expects, or a value that cannot be encoded. */
public class CodecException extends RoomcastException {

    private static final long serialVersionUID = 1L;

    public CodecException(String message) {
        super(message);
    }

    public CodecException(String message, Throwable cause) {
        super(message, cause);
    }
}
