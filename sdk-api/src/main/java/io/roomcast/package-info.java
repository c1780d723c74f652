/**
 * Rooms, peers and broadcasts over WebSocket. Start at {@link io.roomcast.Roomcast}.
 *
 * <p>Every type of this package may be used from any thread unless its comment says otherwise. {@code null} is neither
 * accepted nor returned unless a parameter or a result is marked {@code @Nullable}.
 */
@NullMarked
package io.roomcast;

import org.jspecify.annotations.NullMarked;
