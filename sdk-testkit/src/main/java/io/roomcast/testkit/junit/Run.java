package io.roomcast.testkit.junit;

import static java.util.Objects.requireNonNull;

import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One run of one test, or the life of a class whose cluster is static: the clusters that belong to it and the seed of the next.
 * Belongs to the thread that runs the test.
 */
final class Run implements AutoCloseable {

    private static final Namespace NAMESPACE = Namespace.create(RoomcastTest.class);

    private final String scope;
    private final List<TestCluster> clusters = new ArrayList<>();
    private long seed;
    private @Nullable Sweep sweep;
    private @Nullable TestCluster cluster;
    /** A class's cluster and the peers that were there before this test. */
    private @Nullable TestCluster shared;

    private List<TestPeer> before = List.of();
    private boolean concluded;

    private Run(String scope, long seed) {
        this.scope = scope;
        this.seed = seed;
    }

    /** Returns the run of a context, not of one around it. */
    static Run of(ExtensionContext context) {
        return existing(context).orElseGet(() -> {
            Run run = new Run(context.getUniqueId(), firstSeed(context));
            context.getStore(NAMESPACE).put(Run.class, run);
            return run;
        });
    }

    /** Returns the run of a context, if anything asked for one. */
    static Optional<Run> existing(ExtensionContext context) {
        return Optional.ofNullable(context.getStore(NAMESPACE).get(Run.class, Run.class))
                .filter(run -> run.scope.equals(context.getUniqueId()));
    }

    private static long firstSeed(ExtensionContext context) {
        long seed = Settings.of(context).seed();
        return seed != 0 ? seed : Settings.anySeed();
    }

    void isPartOf(Sweep repetitions, long itsSeed) {
        sweep = repetitions;
        seed = itsSeed;
    }

    long seed() {
        return seed;
    }

    void failed() {
        if (sweep != null) {
            sweep.failed();
        }
    }

    /** Returns a builder with the run's seed, whose clusters end with the run. */
    TestCluster.Builder adopt(TestCluster.Builder builder) {
        return builder.seed(seed).onStart(clusters::add);
    }

    @Nullable
    TestCluster cluster() {
        return cluster;
    }

    TestCluster start(TestCluster.Builder builder) {
        TestCluster started = adopt(builder).start();
        cluster = started;
        return started;
    }

    /** This run uses the cluster of its class; the peers it connects are its own. */
    void borrow(TestCluster ofClass) {
        if (shared == null) {
            shared = ofClass;
            before = ofClass.peers();
        }
    }

    boolean hasCluster() {
        return shared != null || !clusters.isEmpty();
    }

    /** Ends what belongs to the run; throws what was wrong with the first, with the rest hanging on it. */
    void conclude() {
        if (concluded) {
            return;
        }
        concluded = true;
        Throwable wrong = null;
        if (shared != null) {
            wrong = and(wrong, this::returnShared);
        }
        for (TestCluster own : clusters) {
            wrong = and(wrong, own::conclude);
        }
        rethrow(wrong);
    }

    /** Closes what belongs to the run after it has failed: what else is wrong hangs on the failure. */
    void abandon(Throwable failure) {
        try {
            conclude();
        } catch (RuntimeException | Error more) {
            if (more != failure) {
                failure.addSuppressed(more);
            }
        }
    }

    /** Called by JUnit behind everything else: for classes whose cluster is static and whose methods alone have the annotation. */
    @Override
    public void close() {
        conclude();
    }

    private void returnShared() {
        TestCluster borrowed = requireNonNull(shared);
        List<TestPeer> own = new ArrayList<>(borrowed.peers());
        own.removeAll(before);
        try {
            borrowed.verify();
        } finally {
            borrowed.dismiss(own);
        }
    }

    private static @Nullable Throwable and(@Nullable Throwable wrong, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error thrown) {
            if (wrong == null) {
                return thrown;
            }
            wrong.addSuppressed(thrown);
        }
        return wrong;
    }

    private static void rethrow(@Nullable Throwable wrong) {
        if (wrong instanceof RuntimeException exception) {
            throw exception;
        }
        if (wrong instanceof Error error) {
            throw error;
        }
    }
}
