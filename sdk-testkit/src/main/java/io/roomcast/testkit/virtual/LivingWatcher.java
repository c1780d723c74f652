package io.roomcast.testkit.virtual;

import io.roomcast.Message;
import io.roomcast.testkit.oracle.Watcher;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Passes on what handlers do while their node lives: what is left of a killed one says nothing to anybody. */
final class LivingWatcher implements Watcher {

    private final NodeWorld world;
    private final Watcher watcher;

    LivingWatcher(NodeWorld world, Watcher watcher) {
        this.world = world;
        this.watcher = watcher;
    }

    @Override
    public void handled(int node, String room, Message message) {
        if (world.isAlive()) {
            watcher.handled(node, room, message);
        }
    }

    @Override
    public void broadcast(
            int node,
            String room,
            Message message,
            Collection<String> except,
            @Nullable Collection<String> only,
            boolean certain,
            History history) {
        if (world.isAlive()) {
            watcher.broadcast(node, room, message, except, only, certain, history);
        }
    }

    @Override
    public void refused(int node, String room, Message message) {
        if (world.isAlive()) {
            watcher.refused(node, room, message);
        }
    }
}
