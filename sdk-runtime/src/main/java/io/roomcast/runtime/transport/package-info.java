/**
 * How the core sees WebSocket connections: whole messages in, whole messages out, on event loops. What is below, sockets or
 * memory, is the business of the packages beneath this one, which nothing in the core names.
 */
@NullMarked
package io.roomcast.runtime.transport;

import org.jspecify.annotations.NullMarked;
