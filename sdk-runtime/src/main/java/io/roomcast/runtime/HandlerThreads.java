package io.roomcast.runtime;

import io.roomcast.runtime.environment.DaemonThreads;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Makes the threads on which blocking room handlers run. */
final class HandlerThreads {

    private static final int PER_PROCESSOR = 8;

    private HandlerThreads() {}

    /**
     * Returns virtual threads where the JVM has them (JDK 21 and later), else a pool of daemon threads.
     *
     * @param count a pool of so many threads, on any JVM; null = what suits the JVM
     */
    static ExecutorService start(@Nullable Integer count) {
        if (count != null) {
            return DaemonThreads.pool("roomcast-handler", count);
        }
        ExecutorService virtual = virtualThreads();
        return virtual != null
                ? virtual
                : DaemonThreads.pool(
                        "roomcast-handler", PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
    }

    /** The sources are Java 17, which does not know the method. */
    private static @Nullable ExecutorService virtualThreads() {
        try {
            return (ExecutorService) MethodHandles.publicLookup()
                    .findStatic(
                            java.util.concurrent.Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class))
                    .invoke();
        } catch (NoSuchMethodException before21) {
            return null;
        } catch (Throwable unexpected) {
            throw new IllegalStateException("the JVM's virtual threads cannot be used", unexpected);
        }
    }
}
