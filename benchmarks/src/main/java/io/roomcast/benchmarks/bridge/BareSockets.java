package io.roomcast.benchmarks.bridge;

import io.roomcast.testkit.redis.RedisServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * The least that a message can do between two connections to Redis: the caller writes a PUBLISH to a socket, one thread takes the replies, another
 * reads what is subscribed to. No rooms, no packing, no bounds, no faults: what is left of a latency when everything of a bridge is taken
 * away. Like the bridge, it asks for the time before each PUBLISH, so that Redis tells the listener first.
 */
final class BareSockets implements AutoCloseable {

    private static final byte[] LINE_END = {'\r', '\n'};
    private static final String CHANNEL = "bare";
    private static final byte[] ASK_AND_PUBLISH =
            bytes("*1\r\n$4\r\nTIME\r\n*3\r\n$7\r\nPUBLISH\r\n$4\r\n" + CHANNEL + "\r\n$" + Messages.BYTES + "\r\n");
    private static final int MESSAGE_HEAD =
            bytes("*3\r\n$7\r\nmessage\r\n$4\r\n" + CHANNEL + "\r\n$" + Messages.BYTES + "\r\n").length;

    private final Socket publishing;
    private final Socket listening;
    private final OutputStream out;
    private final LongAdder arrived = new LongAdder();
    private final Recorder ages = new Recorder(TimeUnit.MINUTES.toNanos(1), 3);

    BareSockets(RedisServer redis) {
        try {
            publishing = new Socket("127.0.0.1", redis.port());
            listening = new Socket("127.0.0.1", redis.port());
            publishing.setTcpNoDelay(true);
            out = publishing.getOutputStream();
            listening.getOutputStream().write(bytes("*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\n" + CHANNEL + "\r\n"));
            InputStream in = listening.getInputStream();
            readFully(in, bytes("*3\r\n$9\r\nsubscribe\r\n$4\r\n" + CHANNEL + "\r\n:1\r\n"));
            start("bare-listen", () -> listen(in));
            start("bare-replies", () -> skip(publishing.getInputStream()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    long arrived() {
        return arrived.sum();
    }

    /** Returns the ages in nanoseconds that were noted since the last call. */
    Histogram ages() {
        return ages.getIntervalHistogram();
    }

    void publish() {
        byte[] command = new byte[ASK_AND_PUBLISH.length + Messages.BYTES + LINE_END.length];
        ByteBuffer.wrap(command)
                .put(ASK_AND_PUBLISH)
                .putLong(System.nanoTime())
                .put(command.length - LINE_END.length, LINE_END);
        try {
            out.write(command);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void listen(InputStream in) throws IOException {
        byte[] buffer = new byte[64 << 10];
        int length = MESSAGE_HEAD + Messages.BYTES + LINE_END.length;
        int have = 0;
        while (true) {
            int read = in.read(buffer, have, buffer.length - have);
            if (read < 0) {
                throw new EOFException("Redis has closed the connection");
            }
            have += read;
            int at = 0;
            for (; have - at >= length; at += length) {
                ages.recordValue(System.nanoTime() - ByteBuffer.wrap(buffer).getLong(at + MESSAGE_HEAD));
                arrived.increment();
            }
            System.arraycopy(buffer, at, buffer, 0, have - at);
            have -= at;
        }
    }

    private static void skip(InputStream in) throws IOException {
        byte[] buffer = new byte[8 << 10];
        while (in.read(buffer) >= 0) {
            // Only that they are taken matters.
            continue;
        }
    }

    private interface Reading {
        void run() throws IOException;
    }

    private static void start(String name, Reading reading) {
        Thread thread = new Thread(
                () -> {
                    try {
                        reading.run();
                    } catch (SocketException closed) {
                        // By close; otherwise whoever waits for messages says so.
                        return;
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void readFully(InputStream in, byte[] expected) throws IOException {
        byte[] read = in.readNBytes(expected.length);
        if (!Arrays.equals(read, expected)) {
            throw new IOException("got " + new String(read, StandardCharsets.US_ASCII) + " in answer to SUBSCRIBE");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            publishing.close();
            listening.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
