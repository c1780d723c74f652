/** Codecs that need a library: JSON values over Jackson and protobuf messages. */
@NullMarked
package io.roomcast.runtime.codec;

import org.jspecify.annotations.NullMarked;
