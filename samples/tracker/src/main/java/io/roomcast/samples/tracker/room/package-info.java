/** The room handler: what viewers and nodes say to each other about a swarm, and what the tracker does about it. */
@NullMarked
package io.roomcast.samples.tracker.room;

import org.jspecify.annotations.NullMarked;
