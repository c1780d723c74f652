package io.roomcast.testkit;

import io.roomcast.RoomcastListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What handlers and other code of the application threw, until a test expects it. Safe to use from any thread. */
final class HandlerFailures implements RoomcastListener {

    /** One throw. @param where names the callback and the room */
    record Failure(String where, Throwable thrown) {}

    private final List<Failure> unexpected = new ArrayList<>();

    @Override
    public synchronized void handlerFailed(String where, Throwable failure) {
        unexpected.add(new Failure(where, failure));
    }

    /** Takes out the first of a type. */
    synchronized <T extends Throwable> Optional<T> take(Class<T> type) {
        for (Failure failure : unexpected) {
            if (type.isInstance(failure.thrown())) {
                unexpected.remove(failure);
                return Optional.of(type.cast(failure.thrown()));
            }
        }
        return Optional.empty();
    }

    synchronized boolean has(Class<? extends Throwable> type) {
        return unexpected.stream().anyMatch(failure -> type.isInstance(failure.thrown()));
    }

    synchronized List<Failure> unexpected() {
        return List.copyOf(unexpected);
    }
}
