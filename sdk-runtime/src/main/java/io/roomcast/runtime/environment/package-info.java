/**
 * What the core needs from the world: time, randomness, ids, threads. All of it is handed in, so that a test or a
 * simulation can hand in its own.
 */
@NullMarked
package io.roomcast.runtime.environment;

import org.jspecify.annotations.NullMarked;
