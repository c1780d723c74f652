/**
 * The bridge that joins nodes through Redis. {@link io.roomcast.redis.RedisBridge} is where to begin; everything else here is
 * what it is made of.
 */
@NullMarked
package io.roomcast.redis;

import org.jspecify.annotations.NullMarked;
