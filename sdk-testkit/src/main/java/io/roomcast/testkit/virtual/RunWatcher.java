package io.roomcast.testkit.virtual;

import io.roomcast.Message;
import io.roomcast.testkit.oracle.Audience;
import io.roomcast.testkit.oracle.Watcher;
import io.roomcast.testkit.program.Stamp;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Tells the oracles what the handlers of all nodes do with the messages of the run's clients. Belongs to the world's thread. */
final class RunWatcher implements Watcher {

    private final RunState run;

    RunWatcher(RunState run) {
        this.run = run;
    }

    @Override
    public void handled(int node, String room, Message message) {
        if (isStamped(message)) {
            ByteBuffer payload = message.payload();
            run.sends.handled(Stamp.sender(payload, 0), Stamp.serial(payload, 0));
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
        int number = isStamped(message) ? run.rooms.number(room) : -1;
        if (number < 0) {
            return;
        }
        ByteBuffer payload = message.payload();
        int sender = Stamp.sender(payload, 0);
        int serial = Stamp.serial(payload, 0);
        if (history != History.NOT) {
            run.oracle.history().made(node, number, sender, serial, history == History.PERHAPS);
            return;
        }
        Audience audience = except.isEmpty() && only == null && certain
                ? Audience.EVERYBODY
                : new Audience(except.isEmpty() ? null : peers(except), only == null ? null : peers(only), certain);
        run.oracle.broadcast(node, number, sender, serial, audience);
    }

    @Override
    public void refused(int node, String room, Message message) {
        int number = isStamped(message) ? run.rooms.number(room) : -1;
        if (number >= 0) {
            ByteBuffer payload = message.payload();
            int sender = Stamp.sender(payload, 0);
            int serial = Stamp.serial(payload, 0);
            if (!run.oracle.history().refused(node, number, sender, serial)) {
                run.oracle.lost(-1, number, sender, serial, true);
            }
        }
    }

    private boolean isStamped(Message message) {
        if (message.size() < Stamp.BYTES) {
            return false;
        }
        int sender = Stamp.sender(message.payload(), 0);
        return sender >= 0 && sender < run.peers.count();
    }

    private int[] peers(Collection<String> ids) {
        int[] numbers = new int[ids.size()];
        int at = 0;
        for (String id : ids) {
            numbers[at++] = run.ids.peer(id);
        }
        return numbers;
    }
}
