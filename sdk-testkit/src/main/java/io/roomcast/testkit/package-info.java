/**
 * Clusters in memory for tests: the real runtime on the in-memory transport and the in-process bridge, under virtual time, in
 * one thread, with every interleaving drawn from a seed. Start at {@link io.roomcast.testkit.TestCluster}.
 */
@NullMarked
package io.roomcast.testkit;

import org.jspecify.annotations.NullMarked;
