package io.roomcast.redis;

import java.util.Random;

/** Time that stands still until told, and dice from a seed. */
final class FakeWorld implements World {

    long now = 1_000;
    private final Random random = new Random(7);

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public double dice() {
        return random.nextDouble();
    }

    @Override
    public byte[] secret(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public Thread thread(String name, Runnable task) {
        throw new UnsupportedOperationException("nothing here starts a thread");
    }
}
