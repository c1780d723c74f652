package io.roomcast.spi;

import io.roomcast.RoomcastBuilder;

/**
 * Makes builders. The runtime registers one as a {@link java.util.ServiceLoader} service; exactly one is expected on the
 * class path or module path.
 */
public interface RoomcastProvider {

    /** Returns a new builder with every setting at its default. */
    RoomcastBuilder newBuilder();
}
