package io.roomcast.runtime.transport.websocket;

import io.roomcast.runtime.environment.TimingWheel;
import io.roomcast.runtime.transport.ManualLoop;
import java.util.concurrent.TimeUnit;

/** A loop whose time passes when the test says so. */
final class FakeLoop extends ManualLoop {

    private final ManualClock clock;
    final TimingWheel wheel;

    FakeLoop(ManualClock clock) {
        super(0);
        this.clock = clock;
        this.wheel = new TimingWheel(millis(), 1, 64);
    }

    void passMillis(long millis) {
        for (long i = 0; i < millis; i++) {
            clock.passMillis(1);
            wheel.advance(millis());
            endTurn();
        }
    }

    /** Overflows as the clock does, which the wheel need not understand: it counts from the clock's beginning. */
    private long millis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanos() - (Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1)));
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        FakeTimer timer = new FakeTimer(task);
        wheel.schedule(timer, millis() + delayMillis);
        return timer;
    }

    @Override
    public Timer scheduleSoon(long delayMillis, Runnable task) {
        return schedule(delayMillis, task);
    }

    private final class FakeTimer extends TimingWheel.Entry implements Timer {

        private final Runnable task;

        FakeTimer(Runnable task) {
            this.task = task;
        }

        @Override
        public void cancel() {
            wheel.cancel(this);
        }

        @Override
        protected void expired() {
            task.run();
        }
    }
}
