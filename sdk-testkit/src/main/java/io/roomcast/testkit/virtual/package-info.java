/** Scenarios in virtual time: real nodes, clients of a few ints, one thread, and a clock that moves when nothing is left to do. */
@NullMarked
package io.roomcast.testkit.virtual;

import org.jspecify.annotations.NullMarked;
