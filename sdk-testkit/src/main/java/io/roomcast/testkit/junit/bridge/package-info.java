/** What every bridge must pass: {@link io.roomcast.testkit.junit.bridge.BridgeContract}. Needs JUnit 5.14 or 6. */
@NullMarked
package io.roomcast.testkit.junit.bridge;

import org.jspecify.annotations.NullMarked;
