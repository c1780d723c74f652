/** What the Redis bridge does, beside what a plain client does, on one Redis. */
@NullMarked
package io.roomcast.benchmarks.bridge;

import org.jspecify.annotations.NullMarked;
