/** JMH micro-benchmarks of the parts on the hot path. */
@NullMarked
package io.roomcast.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
