/** Delivery policies: what is held back from a peer's queue, for how long, and what becomes of it. */
@NullMarked
package io.roomcast.runtime.outbound.policy;

import org.jspecify.annotations.NullMarked;
