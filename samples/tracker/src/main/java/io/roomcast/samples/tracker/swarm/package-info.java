/** Who watches a stream, what the swarm amounts to, and who is introduced to whom. Knows nothing of rooms and sockets. */
@NullMarked
package io.roomcast.samples.tracker.swarm;

import org.jspecify.annotations.NullMarked;
