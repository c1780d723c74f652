/** What docs/testkit.md shows, as tests that run. */
@NullMarked
package io.roomcast.testkit.cookbook;

import org.jspecify.annotations.NullMarked;
