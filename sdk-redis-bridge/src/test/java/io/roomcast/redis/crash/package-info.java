/** Whole nodes in JVMs of their own that are killed and frozen under load, with clients that come back. */
@NullMarked
package io.roomcast.redis.crash;

import org.jspecify.annotations.NullMarked;
