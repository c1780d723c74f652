/** Brings the tests of the browser client into the Maven build. */
@NullMarked
package io.roomcast.client;

import org.jspecify.annotations.NullMarked;
