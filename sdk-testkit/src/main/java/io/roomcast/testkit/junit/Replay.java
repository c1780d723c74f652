package io.roomcast.testkit.junit;

/** Hangs on the failure of a test and says how to run it again; without a stack trace, which would tell nothing. */
final class Replay extends Exception {

    private static final long serialVersionUID = 1L;

    private final String line;

    Replay(String line) {
        super(line, null, false, false);
        this.line = line;
    }

    @Override
    public String toString() {
        return line;
    }
}
