package io.roomcast.testkit.junit;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What {@link RoomcastTest} says about one test.
 *
 * @param seed 0 = any
 */
record Settings(long seed, int seeds, int nodes, int threads, boolean sockets) {

    private static final String SEED = "roomcast.seed";
    private static final String SEEDS = "roomcast.seeds";

    /**
     * Returns the settings of a test or a class: those of its method, else of the class, else of the classes around it, else the
     * defaults.
     */
    static Settings of(ExtensionContext context) {
        Optional<Long> only = context.getConfigurationParameter(SEED).map(Settings::seed);
        Optional<RoomcastTest> ofMethod =
                context.getTestMethod().flatMap(method -> AnnotationSupport.findAnnotation(method, RoomcastTest.class));
        Optional<RoomcastTest> found = ofMethod.or(() -> ofClass(context));
        if (found.isEmpty()) {
            return new Settings(only.orElse(0L), 1, 0, 0, false);
        }
        RoomcastTest annotation = found.get();
        if (annotation.seeds() < 1) {
            throw new ExtensionConfigurationException(
                    "seeds is " + annotation.seeds() + " in " + context.getDisplayName() + ", expected at least 1");
        }
        if (ofMethod.isEmpty() && annotation.seeds() > 1) {
            throw new ExtensionConfigurationException("seeds is " + annotation.seeds() + " on class "
                    + context.getRequiredTestClass().getName()
                    + ", expected on methods only: put @RoomcastTest(seeds = " + annotation.seeds()
                    + ") on a method, in the place of its @Test");
        }
        int seeds = annotation.seeds() == 1
                ? 1
                : context.getConfigurationParameter(SEEDS).map(Settings::count).orElse(annotation.seeds());
        return new Settings(
                only.orElse(annotation.seed()),
                only.isPresent() ? 1 : seeds,
                annotation.nodes(),
                annotation.threads(),
                annotation.sockets());
    }

    private static Optional<RoomcastTest> ofClass(ExtensionContext context) {
        for (Class<?> type = context.getRequiredTestClass(); type != null; type = type.getEnclosingClass()) {
            Optional<RoomcastTest> found = AnnotationSupport.findAnnotation(type, RoomcastTest.class);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Returns the seeds of all runs, never 0. */
    LongStream each() {
        long first = seed != 0 ? seed : anySeed();
        SplittableRandom others = new SplittableRandom(first);
        return LongStream.concat(
                LongStream.of(first),
                LongStream.generate(() -> positive(others.nextLong())).limit(seeds - 1L));
    }

    /** Returns a seed that is short enough to be read aloud. */
    static long anySeed() {
        return positive(ThreadLocalRandom.current().nextLong());
    }

    private static long positive(long random) {
        return (random >>> 24) + 1;
    }

    private static long seed(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException notANumber) {
            throw new ExtensionConfigurationException(
                    SEED + " is \"" + text + "\", expected a whole number", notANumber);
        }
    }

    private static int count(String text) {
        try {
            int count = Integer.parseInt(text.strip());
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException notANumber) {
            // Refused below.
        }
        throw new ExtensionConfigurationException(SEEDS + " is \"" + text + "\", expected a whole number from 1");
    }
}
