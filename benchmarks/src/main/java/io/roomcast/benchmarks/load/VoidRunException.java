package io.roomcast.benchmarks.load;

/** A run that gives no figure: a server did not do its work, or the generator could not see that it did. Says what happened. */
public final class VoidRunException extends Exception {

    private static final long serialVersionUID = 1L;

    public VoidRunException(String message) {
        super(message);
    }

    public VoidRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
