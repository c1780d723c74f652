/** What runs scenarios: the same one in virtual time, on loopback sockets, against servers elsewhere. */
@NullMarked
package io.roomcast.testkit.drive;

import org.jspecify.annotations.NullMarked;
