/** What stands between a bridge and its server in tests, or between a node and its bridge, and what writes down what a bridge tells. Needs no test framework. */
@NullMarked
package io.roomcast.testkit.bridge;

import org.jspecify.annotations.NullMarked;
