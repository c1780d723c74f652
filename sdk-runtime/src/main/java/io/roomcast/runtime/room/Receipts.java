package io.roomcast.runtime.room;

import io.roomcast.Receipt;
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

    /** Returns the receipt of what did not happen. */
    public static Receipt failed(Throwable failure) {
        return of(CompletableFuture.failedStage(failure));
    }
}
