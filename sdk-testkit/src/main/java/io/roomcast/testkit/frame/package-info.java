/** What the protocol says of frames, as every client of the testkit needs it. */
@NullMarked
package io.roomcast.testkit.frame;

import org.jspecify.annotations.NullMarked;
