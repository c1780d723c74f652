package io.roomcast.runtime.transport.websocket;

import io.roomcast.runtime.transport.EventLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A stream that takes as much as the test allows. */
final class FakeStream implements ByteStream {

    final FakeLoop loop;
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    int room = Integer.MAX_VALUE;
    boolean flushes = true;
    int writes;
    boolean writesResumed;
    boolean readsResumed = true;
    boolean writesShutDown;
    int closes;

    @Nullable
    IOException failure;

    FakeStream(FakeLoop loop) {
        this.loop = loop;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        fail();
        if (writesShutDown) {
            throw new IOException("written after the end");
        }
        writes++;
        byte[] some = new byte[Math.min(room, bytes.remaining())];
        bytes.get(some);
        taken.writeBytes(some);
        room -= some.length;
    }

    @Override
    public boolean flush() throws IOException {
        fail();
        return flushes;
    }

    private void fail() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void resumeWrites() {
        writesResumed = true;
    }

    @Override
    public void suspendWrites() {
        writesResumed = false;
    }

    @Override
    public void resumeReads() {
        readsResumed = true;
    }

    @Override
    public void suspendReads() {
        readsResumed = false;
    }

    @Override
    public void shutdownWrites() throws IOException {
        fail();
        writesShutDown = true;
    }

    @Override
    public void close() {
        closes++;
    }
}
