package io.roomcast.benchmarks.load;

/** A run that gives no figure: a server did not do its work, or the generator could not see that it did. Says what happened. */
public final class VoidRunException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    public VoidRunException(String reason) {
        super(reason);
        this.reason = reason;
    }

    public VoidRunException(String reason, Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    /** Returns what happened. */
    public String reason() {
        return reason;
    }
}
