/** What runs in the JVM of a server under test. */
@NullMarked
package io.roomcast.benchmarks.server;

import org.jspecify.annotations.NullMarked;
