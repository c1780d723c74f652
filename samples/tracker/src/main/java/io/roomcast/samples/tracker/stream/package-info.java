/** Makes the film that the sample streams, when the sample is built. */
@NullMarked
package io.roomcast.samples.tracker.stream;

import org.jspecify.annotations.NullMarked;
