/** Rooms of this node: who is in them, in which order things happen in them, and the way of a broadcast to their peers. */
@NullMarked
package io.roomcast.runtime.room;

import org.jspecify.annotations.NullMarked;
