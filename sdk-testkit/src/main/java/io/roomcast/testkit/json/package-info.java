/** The JSON subprotocol as a client writes and reads it. */
@NullMarked
package io.roomcast.testkit.json;

import org.jspecify.annotations.NullMarked;
