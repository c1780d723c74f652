package io.roomcast.testkit;

import io.roomcast.runtime.environment.IdSource;
import java.util.SplittableRandom;

/** Ids that are the same in every run with the same seed. */
final class SeededIds implements IdSource {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final SplittableRandom random;

    SeededIds(long seed) {
        this.random = new SplittableRandom(seed);
    }

    @Override
    public String nextNodeId() {
        return next(12);
    }

    @Override
    public String nextPeerId() {
        return next(16);
    }

    @Override
    public String nextSecret() {
        return next(22);
    }

    private synchronized String next(int length) {
        StringBuilder id = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
