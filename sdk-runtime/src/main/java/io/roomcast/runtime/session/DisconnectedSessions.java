package io.roomcast.runtime.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a node that have no connection. Bounded; which of them goes for one more is Caffeine's choice (its order is
 * about recency, since an entry is touched once). Their time is kept by their loops. Safe to use from any thread.
 */
final class DisconnectedSessions {

    private final Cache<String, Session> sessions;

    DisconnectedSessions(int most) {
        this.sessions = Caffeine.newBuilder()
                .maximumSize(most)
                .executor(Runnable::run)
                .removalListener((@Nullable String id, @Nullable Session session, RemovalCause cause) -> {
                    if (cause == RemovalCause.SIZE && session != null) {
                        session.execute(() -> session.giveUp("more than " + most + " peers wait for a connection"));
                    }
                })
                .build();
    }

    void add(Session session) {
        sessions.put(session.id(), session);
    }

    void remove(Session session) {
        sessions.invalidate(session.id());
    }
}
