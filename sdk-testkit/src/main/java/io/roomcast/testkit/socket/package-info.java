/** Clients on real sockets, all of them on one thread: good ones that speak the protocol of Roomcast, and bad ones that do not. */
@NullMarked
package io.roomcast.testkit.socket;

import org.jspecify.annotations.NullMarked;
