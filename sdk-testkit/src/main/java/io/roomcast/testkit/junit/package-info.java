/**
 * Clusters in JUnit tests. Start at {@link io.roomcast.testkit.junit.RoomcastTest}. The only package of the testkit that knows
 * JUnit; what it uses is in JUnit 5.14 and in JUnit 6.
 */
@NullMarked
package io.roomcast.testkit.junit;

import org.jspecify.annotations.NullMarked;
