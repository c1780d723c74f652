package io.roomcast.testkit.drive;

import io.roomcast.testkit.result.Sample;

/** Is told how a run goes. Called on one thread at a time; must return at once. */
@FunctionalInterface
public interface Progress {

    /** Looks away. */
    Progress NONE = sample -> {};

    /** A second of the run is over. */
    void on(Sample sample);

    /** A second of the warm-up before the run is over. Nothing of it is measured. */
    default void onWarmUp(Sample sample) {}
}
