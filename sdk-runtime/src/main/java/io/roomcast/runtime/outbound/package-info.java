/** What waits for one peer, how much of it may wait, and when it leaves. */
@NullMarked
package io.roomcast.runtime.outbound;

import org.jspecify.annotations.NullMarked;
