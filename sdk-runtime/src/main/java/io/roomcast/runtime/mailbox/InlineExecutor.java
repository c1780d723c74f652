package io.roomcast.runtime.mailbox;

import java.util.concurrent.Executor;

/** An executor on whose own threads a mailbox may run where its first task is added, without being handed over. */
public interface InlineExecutor extends Executor {

    /** Returns whether the calling thread may run a mailbox now. If so, {@link #exit()} must follow. */
    boolean tryEnter();

    /** The mailbox that {@link #tryEnter} let in has run. On the same thread. */
    void exit();
}
