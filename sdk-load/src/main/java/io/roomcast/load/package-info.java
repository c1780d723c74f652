/** The testkit's command line. {@link io.roomcast.load.Main} is where it begins. */
@NullMarked
package io.roomcast.load;

import org.jspecify.annotations.NullMarked;
