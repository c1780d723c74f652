/** The tracker sample: {@link io.roomcast.samples.tracker.TrackerApp} starts it. */
@NullMarked
package io.roomcast.samples.tracker;

import org.jspecify.annotations.NullMarked;
