/** This node among others: what its rooms publish goes out as envelopes over the bridge, what others publish comes in. */
@NullMarked
package io.roomcast.runtime.cluster;

import org.jspecify.annotations.NullMarked;
