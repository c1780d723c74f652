package io.roomcast.runtime;

import io.roomcast.RoomcastBuilder;
import io.roomcast.spi.RoomcastProvider;

/** How {@link io.roomcast.Roomcast#builder()} finds this runtime. */
public final class RuntimeProvider implements RoomcastProvider {

    @Override
    public RoomcastBuilder newBuilder() {
        return new NodeBuilder();
    }
}
