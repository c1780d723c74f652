package io.roomcast.testkit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's time and executor as the application's code gets them, which is before the cluster is there. Safe to use from any
 * thread.
 */
final class WorldToCome {

    private volatile @Nullable World world;

    /** The cluster is there; replaces the one before. */
    void enter(World now) {
        world = now;
    }

    Clock clock() {
        return new ClusterClock(ZoneOffset.UTC);
    }

    Executor executor() {
        return task -> entered().execute(task);
    }

    private World entered() {
        World entered = world;
        if (entered == null) {
            throw new IllegalStateException(
                    "the cluster of this builder is not started, and there is no time without it");
        }
        return entered;
    }

    private final class ClusterClock extends Clock {

        private final ZoneId zone;

        ClusterClock(ZoneId zone) {
            this.zone = zone;
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public Clock withZone(ZoneId other) {
            return new ClusterClock(other);
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plus(entered().elapsed());
        }
    }
}
