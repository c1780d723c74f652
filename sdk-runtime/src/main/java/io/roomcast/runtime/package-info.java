/** The node put together: what {@code Roomcast.builder()} makes, and how the floors below are joined. */
@NullMarked
package io.roomcast.runtime;

import org.jspecify.annotations.NullMarked;
