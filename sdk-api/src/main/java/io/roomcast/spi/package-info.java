/** How {@link io.roomcast.Roomcast#builder()} finds the runtime. Applications do not use it. */
@NullMarked
package io.roomcast.spi;

import org.jspecify.annotations.NullMarked;
