/** Peers: from the hello of a connection to its end. What they ask of rooms goes up through {@code RoomGate}. */
@NullMarked
package io.roomcast.runtime.session;

import org.jspecify.annotations.NullMarked;
