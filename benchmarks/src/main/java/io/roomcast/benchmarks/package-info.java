/** Measures servers side by side: what runs when, and what is said about it. */
@NullMarked
package io.roomcast.benchmarks;

import org.jspecify.annotations.NullMarked;
