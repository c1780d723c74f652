package io.roomcast.testkit.load;

import io.roomcast.testkit.measure.Gauge;
import java.util.function.ObjDoubleConsumer;

/** Tells how things are, once a second. Called by the run's thread; must return within milliseconds. */
@FunctionalInterface
public interface GaugeSource {

    /** Tells nothing. */
    GaugeSource NONE = target -> {};

    /** Tells what it knows. */
    void read(ObjDoubleConsumer<Gauge> target);

    /** Returns one that tells what both know. */
    default GaugeSource and(GaugeSource other) {
        return target -> {
            read(target);
            other.read(target);
        };
    }
}
