/**
 * Tests that need a browser. Without one they are disabled, say what to install, and leave a line in {@code target/not-run.txt}.
 * With the system property {@code roomcast.requireAll=true} or the environment variable {@code ROOMCAST_REQUIRE_ALL=1} they fail
 * instead.
 */
@NullMarked
package io.roomcast.load.requirement;

import org.jspecify.annotations.NullMarked;
