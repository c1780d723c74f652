package io.roomcast.testkit.oracle;

/** What findings of oracles are called. */
final class Kind {

    /** What had to come, and never came. */
    static final String LOST = "lost";
    /** What came and was not to come, or not again. */
    static final String UNEXPECTED = "unexpected";
    /** What came behind something that had to come after it. */
    static final String OUT_OF_ORDER = "out-of-order";
    /** What a client was told, or not told, about messages that it missed. */
    static final String GAP = "gap";
    /** A place in a history that is not what it should be. */
    static final String HISTORY = "history";
    /** A recovery that was refused without a reason. */
    static final String UNRECOVERABLE = "unrecoverable";

    private Kind() {}
}
