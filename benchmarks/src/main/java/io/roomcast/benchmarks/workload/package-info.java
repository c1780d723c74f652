/** What is measured. */
@NullMarked
package io.roomcast.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
