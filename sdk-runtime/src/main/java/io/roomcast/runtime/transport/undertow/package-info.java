/**
 * WebSocket connections on Undertow: it does TCP, TLS, HTTP, files and the upgrade; the frames are Roomcast's own. The only
 * package that names Undertow or XNIO.
 */
@NullMarked
package io.roomcast.runtime.transport.undertow;

import org.jspecify.annotations.NullMarked;
