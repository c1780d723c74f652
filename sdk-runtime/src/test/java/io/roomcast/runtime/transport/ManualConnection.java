package io.roomcast.runtime.transport;

import java.net.InetSocketAddress;

/** A connection that hands what is written to the test; once stalled, it holds what is written and takes nothing more. */
public abstract class ManualConnection implements Connection {

    private final EventLoop loop;
    private boolean open = true;
    private boolean stalled;
    private int unsent;

    protected ManualConnection(EventLoop loop) {
        this.loop = loop;
    }

    /** Something is written. */
    protected abstract void written(Chunk[] chunks, int from, int to, int size);

    /** The network takes nothing from the next write on. */
    public final void stall() {
        stalled = true;
    }

    /** The network takes what waits there, but not the next. */
    public final void resumeOnce() {
        unsent = 0;
    }

    /** The network takes everything again. */
    public final void resume() {
        stalled = false;
        unsent = 0;
    }

    @Override
    public final EventLoop loop() {
        return loop;
    }

    @Override
    public final InetSocketAddress remoteAddress() {
        return InetSocketAddress.createUnresolved("peer.invalid", 1);
    }

    @Override
    public final boolean isOpen() {
        return open;
    }

    @Override
    public final boolean isWritable() {
        return open && unsent == 0;
    }

    @Override
    public final boolean write(MessageType type, Chunk[] chunks, int from, int to, int size) {
        written(chunks, from, to, size);
        if (stalled) {
            unsent = size;
        }
        return isWritable();
    }

    @Override
    public final int unsentBytes() {
        return unsent;
    }

    @Override
    public final void ping() {}

    @Override
    public final long lastReceivedNanos() {
        return 0;
    }

    @Override
    public final void pauseReads() {}

    @Override
    public final void resumeReads() {}

    @Override
    public final void close(int code, String reason) {
        open = false;
    }

    @Override
    public final void abort() {
        open = false;
    }
}
