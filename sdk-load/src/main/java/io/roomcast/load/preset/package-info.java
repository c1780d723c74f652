/** Scenarios that are there to begin with, each with a small server that answers it. */
@NullMarked
package io.roomcast.load.preset;

import org.jspecify.annotations.NullMarked;
