package io.roomcast.redis;

import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;

/** The world of a real node. */
final class SystemWorld implements World {

    private final SecureRandom random = new SecureRandom();

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public double dice() {
        return ThreadLocalRandom.current().nextDouble();
    }

    @Override
    public byte[] secret(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
