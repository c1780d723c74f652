/**
 * What every bridge must pass, {@link io.roomcast.testkit.bridge.BridgeContract}, and what stands between a bridge and its server in tests,
 * {@link io.roomcast.testkit.bridge.FaultProxy}. The contract needs JUnit on the class path.
 */
@NullMarked
package io.roomcast.testkit.bridge;

import org.jspecify.annotations.NullMarked;
