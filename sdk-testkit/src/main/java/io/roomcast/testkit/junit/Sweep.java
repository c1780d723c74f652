package io.roomcast.testkit.junit;

import java.util.List;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;

/** The repetitions of one test, which end at the first failure. */
final class Sweep {

    private volatile boolean failed;

    boolean goesOn() {
        return !failed;
    }

    void failed() {
        failed = true;
    }

    /** Returns the repetition with this seed. */
    TestTemplateInvocationContext run(long seed) {
        return new TestTemplateInvocationContext() {
            @Override
            public String getDisplayName(int invocation) {
                return "seed " + seed;
            }

            @Override
            public List<Extension> getAdditionalExtensions() {
                BeforeEachCallback handOver = context -> Run.of(context).isPartOf(Sweep.this, seed);
                return List.of(handOver);
            }
        };
    }
}
