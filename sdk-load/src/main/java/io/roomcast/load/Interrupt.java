package io.roomcast.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets Ctrl-C end a run so that what was measured until then is still reported, as a void run. */
final class Interrupt implements AutoCloseable {

    private static final int MOST_SECONDS = 15;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;

    private Interrupt(Runner runner) {
        this.hook = new Thread(
                () -> {
                    runner.stop();
                    try {
                        finished.await(MOST_SECONDS, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "interrupt");
    }

    static Interrupt stopping(Runner runner) {
        Interrupt interrupt = new Interrupt(runner);
        Runtime.getRuntime().addShutdownHook(interrupt.hook);
        return interrupt;
    }

    /** The run is over. */
    void finished() {
        finished.countDown();
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is going down; the hook is what it waits for.
        }
    }
}
