/** What goes wrong in a run: planned instant by instant, or drawn from a seed. */
@NullMarked
package io.roomcast.testkit.fault;

import org.jspecify.annotations.NullMarked;
