/** Connections without sockets: clients and server in one process, whole messages handed across. */
@NullMarked
package io.roomcast.runtime.transport.memory;

import org.jspecify.annotations.NullMarked;
