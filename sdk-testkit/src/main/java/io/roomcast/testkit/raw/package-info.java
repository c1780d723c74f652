/**
 * Clients on real sockets that do what they are told, right or wrong: {@link io.roomcast.testkit.raw.RawPeer} for tests of one's own,
 * {@link io.roomcast.testkit.raw.BadClient} for the usual wrongs.
 */
@NullMarked
package io.roomcast.testkit.raw;

import org.jspecify.annotations.NullMarked;
