package io.roomcast.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

/** Keeps what a conversation sends, at a time that a test sets. */
final class TestLine implements Dialect.Line {

    final List<byte[]> sent = new ArrayList<>();
    final List<Long> reminders = new ArrayList<>();
    long nanos;

    @Override
    public void send(byte[] message) {
        sent.add(message);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void remindAt(long at) {
        reminders.add(at);
    }
}
