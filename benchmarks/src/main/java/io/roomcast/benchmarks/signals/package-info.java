/** Recorded WebRTC signalling, and what clients make of it on the wire. */
@NullMarked
package io.roomcast.benchmarks.signals;

import org.jspecify.annotations.NullMarked;
