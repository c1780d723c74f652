/** The bridge that joins nodes of one process. */
@NullMarked
package io.roomcast.runtime.bridge;

import org.jspecify.annotations.NullMarked;
