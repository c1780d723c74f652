/**
 * Clusters for tests: the real runtime on the in-memory transport and the in-process bridge, under virtual time, in one thread, with
 * every interleaving drawn from a seed; or on threads that race; or on sockets. Start at {@link io.roomcast.testkit.TestCluster}, or, with
 * JUnit, at {@code io.roomcast.testkit.junit.RoomcastTest}.
 */
@NullMarked
package io.roomcast.testkit;

import org.jspecify.annotations.NullMarked;
