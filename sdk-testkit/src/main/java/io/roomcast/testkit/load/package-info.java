/**
 * Scenarios on real sockets: one thread drives all clients of a process. {@link io.roomcast.testkit.load.LoopbackDriver} has the nodes in the same JVM,
 * {@link io.roomcast.testkit.load.RemoteDriver} finds them by their URLs.
 */
@NullMarked
package io.roomcast.testkit.load;

import org.jspecify.annotations.NullMarked;
