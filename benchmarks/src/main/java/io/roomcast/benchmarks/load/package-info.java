/** The load generator: one thread, raw sockets, its own framing. */
@NullMarked
package io.roomcast.benchmarks.load;

import org.jspecify.annotations.NullMarked;
