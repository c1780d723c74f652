package io.roomcast.runtime.room;

import io.roomcast.Receipt;
import io.roomcast.bridge.Appended;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Makes receipts. */
public final class Receipts {

    /** The receipt of what no other node had to hear of. */
    public static final Receipt DONE = of(CompletableFuture.completedStage(null));

    private Receipts() {}

    /** Returns a receipt of what the stage stands for. */
    public static Receipt of(CompletionStage<Void> published) {
        return () -> published;
    }

    /** Returns a receipt of what goes into a history. */
    static Receipt ofAppend(CompletionStage<Appended> appended) {
        return new Receipt() {
            @Override
            public CompletionStage<Void> published() {
                return appended.thenAccept(done -> {});
            }

            @Override
            public CompletionStage<Optional<Appended>> appended() {
                return appended.thenApply(Optional::of);
            }
        };
    }

    /** Returns the receipt of what did not happen. */
    public static Receipt failed(Throwable failure) {
        return of(CompletableFuture.failedStage(failure));
    }
}
