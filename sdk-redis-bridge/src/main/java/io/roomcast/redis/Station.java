package io.roomcast.redis;

import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the parts of one bridge share. Immutable but for what it refers to. */
record Station(
        Settings settings,
        World world,
        Origin self,
        Names names,
        Parcels parcels,
        Servers servers,
        Dialer dialer,
        Counters counters,
        Executor executor,
        Changes changes) {

    private static final int EPOCH_BYTES = 16;
    private static final Logger log = LoggerFactory.getLogger(Station.class);

    /** Hears what happens in the lanes. Called from their threads; does not wait. */
    interface Changes {

        /** A lane is another than before, and why, if that is bad. */
        void changed(String whyOrEmpty);

        /** A heartbeat or a goodbye came. */
        void control(Parcel parcel);
    }

    /** Nobody makes the same one again. */
    String newEpoch() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(world.secret(EPOCH_BYTES));
    }

    /** Tells others, away from the calling thread, and then does something. */
    void tell(List<Runnable> told, Runnable then) {
        Runnable all = () -> {
            told.forEach(Station::tell);
            then.run();
        };
        try {
            executor.execute(all);
        } catch (RejectedExecutionException closed) {
            all.run();
        }
    }

    private static void tell(Runnable told) {
        try {
            told.run();
        } catch (RuntimeException failure) {
            log.error("who was to be told threw", failure);
        }
    }
}
