package io.roomcast.testkit.result;

/** What a run says. */
public enum Verdict {
    /** Everything that was checked is as it should be. */
    PASSED,
    /** Something is not. */
    FAILED,
    /** The run says nothing: the generator did not keep up, or not a single peer came through. Never to be taken for a pass. */
    VOID
}
