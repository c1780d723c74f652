package io.roomcast.runtime.wire;

/** Bytes that are not what the format expects. Without a stack trace: the network decides how often it is thrown. */
public final class WireException extends Exception {

    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message, null, false, false);
    }
}
