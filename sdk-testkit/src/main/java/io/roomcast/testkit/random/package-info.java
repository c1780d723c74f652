/** Chance that comes from a seed. */
@NullMarked
package io.roomcast.testkit.random;

import org.jspecify.annotations.NullMarked;
