package io.roomcast.runtime.session;

import io.roomcast.CloseCode;
import io.roomcast.Limits;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Pings a silent client and ends its connection when it stays silent. One timer, which looks when something last arrived
 * instead of being set anew by everything that arrives. Confined to the connection's loop.
 */
final class Liveness implements Runnable {

    private final Connection connection;
    private final Clock clock;
    private final Limits limits;
    private final BooleanSupplier readsPaused;
    private EventLoop.@Nullable Timer timer;
    private boolean pinged;

    Liveness(Connection connection, Clock clock, Limits limits, BooleanSupplier readsPaused) {
        this.connection = connection;
        this.clock = clock;
        this.limits = limits;
        this.readsPaused = readsPaused;
    }

    void start() {
        lookAgainIn(limits.pingInterval().toMillis());
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
        if (!connection.isOpen()) {
            return;
        }
        long ping = limits.pingInterval().toMillis();
        long pong = limits.pongTimeout().toMillis();
        long silence = TimeUnit.NANOSECONDS.toMillis(clock.nanos() - connection.lastReceivedNanos());
        if (readsPaused.getAsBoolean()) {
            // It is us who do not listen.
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
        timer = connection.loop().schedule(Math.max(1, millis), this);
    }
}
