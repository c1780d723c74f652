package io.roomcast.runtime.transport.websocket;

/** What arrived breaks the protocol or a limit. Carries no stack trace: strangers can cause it as often as they like. */
public final class FrameException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int closeCode;

    FrameException(int closeCode, String message) {
        super(message, null, false, false);
        this.closeCode = closeCode;
    }

    /** Returns the code to close the connection with. */
    public int closeCode() {
        return closeCode;
    }

    /** Returns what is wrong, in words that may be sent to the other side. */
    public String reason() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
