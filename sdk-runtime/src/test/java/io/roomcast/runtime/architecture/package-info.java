/**
 * What holds of the shape of the runtime, checked on its bytecode. {@code docs/architecture.md} says why the shape is what it
 * is; a rule that stands in the way of something good is to be changed there and here, not got round.
 */
package io.roomcast.runtime.architecture;
