package io.roomcast.testkit;

import io.roomcast.testkit.raw.RawPeer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A connection over a real socket. A thread of its own reads; it ends with the connection. Everything else is called by the test's thread.
 */
final class SocketWire implements ClientWire {

    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int ABNORMAL = 1006;
    private static final int NO_STATUS = 1005;
    private static final int CONNECT_MILLIS = (int) TimeUnit.SECONDS.toMillis(10);

    private final Socket socket;
    private final Listener listener;
    private final Object reading = new Object();
    /** Guarded by {@code reading}. */
    private boolean stalled;

    SocketWire(String name, InetSocketAddress address, Listener listener) {
        this.listener = listener;
        this.socket = new Socket();
        try {
            socket.connect(address, CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(CONNECT_MILLIS);
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            write(RawPeer.goodHandshake(address, RawPeer.PATH, "roomcast.v1.protobuf")
                    .getBytes(StandardCharsets.ISO_8859_1));
            expectUpgrade(in);
            socket.setSoTimeout(0);
            Thread reader = new Thread(() -> read(in), "roomcast-test-peer-" + name);
            reader.setDaemon(true);
            reader.start();
        } catch (IOException failed) {
            throw new UncheckedIOException("peer " + name + " cannot connect to " + address, failed);
        }
    }

    @Override
    public void send(byte[] payload) {
        writeFrame(BINARY, payload);
    }

    @Override
    public void close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.write(code >> 8);
        payload.write(code);
        payload.writeBytes(text);
        resume();
        writeFrame(CLOSE, payload.toByteArray());
    }

    @Override
    public void cut() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException gone) {
            // Then there is nothing to cut.
        }
        hangUp();
        resume();
    }

    @Override
    public void stall() {
        synchronized (reading) {
            stalled = true;
        }
    }

    @Override
    public void resume() {
        synchronized (reading) {
            stalled = false;
            reading.notifyAll();
        }
    }

    // ---- the reader's thread

    private void read(DataInputStream in) {
        int code = ABNORMAL;
        String reason = "";
        try {
            while (true) {
                awaitReading();
                int opcode = in.readUnsignedByte() & 0xF;
                byte[] payload = readPayload(in);
                awaitReading();
                if (opcode == CLOSE) {
                    code = payload.length < 2 ? NO_STATUS : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
                    reason = payload.length < 2
                            ? ""
                            : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
                    writeFrame(CLOSE, payload);
                    break;
                } else if (opcode == PING) {
                    writeFrame(PONG, payload);
                } else if (opcode == BINARY) {
                    // A node never sends a message in fragments.
                    listener.onMessage(payload);
                }
            }
        } catch (IOException | UncheckedIOException ended) {
            // The code says that there was no close frame.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            hangUp();
            listener.onClosed(code, reason);
        }
    }

    private void awaitReading() throws InterruptedException {
        synchronized (reading) {
            while (stalled) {
                reading.wait();
            }
        }
    }

    private static byte[] readPayload(DataInputStream in) throws IOException {
        int second = in.readUnsignedByte();
        long length = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        return payload;
    }

    private static void expectUpgrade(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("the handshake was answered "
                    + head.toString().lines().findFirst().orElse(""));
        }
    }

    // ---- either thread

    private void writeFrame(int opcode, byte[] payload) {
        try {
            write(RawPeer.frame(true, opcode, payload));
        } catch (IOException gone) {
            // The reader notices, and tells.
        }
    }

    private synchronized void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    private void hangUp() {
        try {
            socket.close();
        } catch (IOException gone) {
            // It is closed.
        }
    }
}
