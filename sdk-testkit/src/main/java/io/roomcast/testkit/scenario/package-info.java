/** What peers do and when they come, as values: nothing here runs, opens a socket or knows a test framework. */
@NullMarked
package io.roomcast.testkit.scenario;

import org.jspecify.annotations.NullMarked;
