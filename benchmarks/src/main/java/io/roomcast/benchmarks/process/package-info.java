/** The servers under test as the harness sees them: processes that are started, asked and stopped. */
@NullMarked
package io.roomcast.benchmarks.process;

import org.jspecify.annotations.NullMarked;
