/** A certificate for tests. */
@NullMarked
package io.roomcast.testkit.tls;

import org.jspecify.annotations.NullMarked;
