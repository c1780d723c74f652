/** A scenario as numbers: flat steps that any driver can run with a few ints for each peer. */
@NullMarked
package io.roomcast.testkit.program;

import org.jspecify.annotations.NullMarked;
