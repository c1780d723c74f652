/** Figures, and how they are written down. */
@NullMarked
package io.roomcast.benchmarks.report;

import org.jspecify.annotations.NullMarked;
