/** The client protocol's two encodings: bytes to frames and frames to bytes. See {@code docs/protocol.md}. */
@NullMarked
package io.roomcast.runtime.wire;

import org.jspecify.annotations.NullMarked;
