package io.roomcast.runtime.session;

import io.roomcast.CloseCode;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.EventLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Pings a silent client and ends its connection when it stays silent. One timer, which looks when something last arrived
 * instead of being set anew by everything that arrives. Confined to the connection's loop.
 */
final class Liveness implements Runnable {

    private final Link link;
    private EventLoop.@Nullable Timer timer;
    private boolean pinged;

    Liveness(Link link) {
        this.link = link;
    }

    void start() {
        lookAgainIn(link.limits().pingInterval().toMillis());
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    @Override
    public void run() {
        timer = null;
        Connection connection = link.connection();
        if (!connection.isOpen()) {
            return;
        }
        long ping = link.limits().pingInterval().toMillis();
        long pong = link.limits().pongTimeout().toMillis();
        long silence = TimeUnit.NANOSECONDS.toMillis(link.now() - connection.lastReceivedNanos());
        if (link.isPaused()) {
            pinged = false;
            lookAgainIn(ping);
        } else if (silence < ping) {
            pinged = false;
            lookAgainIn(ping - silence);
        } else if (!pinged) {
            pinged = true;
            connection.ping();
            lookAgainIn(pong);
        } else {
            connection.close(CloseCode.TIMED_OUT, "nothing heard for " + silence + " ms");
        }
    }

    private void lookAgainIn(long millis) {
        timer = link.connection().loop().schedule(Math.max(1, millis), this);
    }
}
