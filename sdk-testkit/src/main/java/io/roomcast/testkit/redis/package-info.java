/** Real Redis processes for tests and samples: one server, a small Cluster, a master with Sentinels. Loopback only. */
@NullMarked
package io.roomcast.testkit.redis;

import org.jspecify.annotations.NullMarked;
