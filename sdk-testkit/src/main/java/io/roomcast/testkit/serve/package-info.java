/** Handlers that scenarios run against. */
@NullMarked
package io.roomcast.testkit.serve;

import org.jspecify.annotations.NullMarked;
