package io.roomcast.testkit.raw;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A WebSocket client on a real socket that sends what it is told, right or wrong, and says what came back. It does nothing by itself: it
 * reads when it is asked to, answers no ping, keeps no state of the protocol. It speaks the JSON subprotocol, which people can write and read.
 *
 * <pre>{@code
 * try (RawPeer peer = RawPeer.open(node.addresses().get(0))) {
 *   peer.sendText("{\"hello\":{}}");
 *   peer.expectText("welcome");
 *   peer.sendUnmasked("{\"ping\":{}}");
 *   peer.expectClose(1002);
 * }
 * }</pre>
 *
 * <p>What it waits for comes within ten seconds, or else the call fails with an {@link AssertionError} that lists the frames that came. For
 * one thread. Failures of its own socket are {@link UncheckedIOException}s.
 */
public final class RawPeer implements AutoCloseable {

    /** The path at which nodes listen unless they were told another. */
    public static final String PATH = "/roomcast";

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MASKING_KEY = 0x1F2E3D4C;
    private static final int FIN = 0x80;
    private static final int MASK = 0x80;
    private static final int MOST_HEAD = 16 * 1024;
    private static final int MOST_FRAME = 64 << 20;

    private final Socket socket;
    private final InputStream in;
    private final List<RawFrame> came = new ArrayList<>();
    private boolean closeSent;

    private RawPeer(Socket socket, InputStream in) {
        this.socket = socket;
        this.in = in;
    }

    /** Connects a socket and sends nothing. */
    public static RawPeer connect(InetSocketAddress address) {
        try {
            Socket socket = new Socket();
            InetAddress host = address.getAddress();
            socket.connect(
                    host == null || host.isAnyLocalAddress()
                            ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
                            : address,
                    (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.setTcpNoDelay(true);
            return new RawPeer(socket, new BufferedInputStream(socket.getInputStream(), 1 << 16));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot connect to " + address, failed);
        }
    }

    /** Connects to {@link #PATH} and goes through the opening handshake, for the JSON subprotocol. */
    public static RawPeer open(InetSocketAddress address) {
        return open(address, PATH, "roomcast.v1.json");
    }

    /** Connects and goes through the opening handshake. */
    public static RawPeer open(InetSocketAddress address, String path, String subprotocol) {
        RawPeer peer = connect(address);
        String answer = peer.handshake(goodHandshake(address, path, subprotocol));
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            peer.close();
            throw new AssertionError("expected the handshake to be accepted, and the answer is " + firstLine(answer));
        }
        return peer;
    }

    /** Returns a handshake with nothing wrong, to be spoilt. */
    public static String goodHandshake(InetSocketAddress address, String path, String subprotocol) {
        String host = "127.0.0.1:" + address.getPort();
        return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: " + subprotocol + "\r\nOrigin: http://" + host + "\r\n\r\n";
    }

    // ---- what it sends

    /** Sends a request's head and returns the head of the answer; empty if the connection ended instead. */
    public String handshake(String head) {
        send(head.getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder answer = new StringBuilder();
        try {
            while (answer.indexOf("\r\n\r\n") < 0 && answer.length() < MOST_HEAD) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                answer.append((char) next);
            }
        } catch (SocketTimeoutException late) {
            throw failure(
                    "expected an answer to its handshake, and there is none within " + PATIENCE.toSeconds() + " s");
        } catch (IOException ended) {
            return answer.toString();
        }
        return answer.toString();
    }

    /** Sends bytes as they are. */
    public void send(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot send " + bytes.length + " bytes", failed);
        }
    }

    /** Sends one text message: one or more lines of JSON. */
    public void sendText(String lines) {
        send(frame(true, RawFrame.TEXT, lines.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sends one binary message. */
    public void sendBinary(byte[] message) {
        send(frame(true, RawFrame.BINARY, message));
    }

    /** Sends one masked frame. @param opcode any, 0 to 15 */
    public void sendFrame(boolean last, int opcode, byte[] payload) {
        send(frame(last, opcode, payload));
    }

    /** Sends one text message in so many fragments, a ping between the first two. */
    public void sendFragmented(String lines, int fragments) {
        byte[] message = lines.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < fragments; i++) {
            int from = (int) ((long) message.length * i / fragments);
            int to = (int) ((long) message.length * (i + 1) / fragments);
            byte[] part = Arrays.copyOfRange(message, from, to);
            sendFrame(i == fragments - 1, i == 0 ? RawFrame.TEXT : RawFrame.CONTINUATION, part);
            if (i == 0 && fragments > 1) {
                sendFrame(true, RawFrame.PING, new byte[0]);
            }
        }
    }

    /** Sends a text message whose frame is not masked, which no client may. */
    public void sendUnmasked(String lines) {
        byte[] payload = lines.getBytes(StandardCharsets.UTF_8);
        send(ByteBuffer.allocate(payload.length + 10)
                .put(header(true, RawFrame.TEXT, payload.length, 0))
                .put(payload));
    }

    /** Begins a text message of this size, true or not, and sends none of it. */
    public void announce(long size) {
        send(ByteBuffer.allocate(14)
                .put((byte) (FIN | RawFrame.TEXT))
                .put((byte) (MASK | 127))
                .putLong(size)
                .putInt(MASKING_KEY));
    }

    /** Begins the closing handshake. */
    public void sendClose(int code) {
        closeSent = true;
        sendFrame(true, RawFrame.CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
    }

    /** Returns a masked frame. */
    public static byte[] frame(boolean last, int opcode, byte[] payload) {
        byte[] header = header(last, opcode, payload.length, MASK);
        ByteBuffer frame = ByteBuffer.allocate(header.length + 4 + payload.length)
                .put(header)
                .putInt(MASKING_KEY);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ MASKING_KEY >>> (24 - 8 * (i & 3))));
        }
        return frame.array();
    }

    private static byte[] header(boolean last, int opcode, int length, int mask) {
        byte first = (byte) ((last ? FIN : 0) | opcode);
        if (length < 126) {
            return new byte[] {first, (byte) (mask | length)};
        }
        if (length <= 0xFFFF) {
            return ByteBuffer.allocate(4)
                    .put(first)
                    .put((byte) (mask | 126))
                    .putShort((short) length)
                    .array();
        }
        return ByteBuffer.allocate(10)
                .put(first)
                .put((byte) (mask | 127))
                .putLong(length)
                .array();
    }

    private void send(ByteBuffer written) {
        send(Arrays.copyOf(written.array(), written.position()));
    }

    // ---- how it goes

    /** Closes the socket without a close frame, as a process does that is killed. */
    public void cut() {
        close();
    }

    /** Breaks the connection off with a TCP RST. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException gone) {
            // Then there is nothing to reset.
        }
        close();
    }

    /** Says that it will send no more, and still reads: half of a connection. */
    public void halfClose() {
        try {
            socket.shutdownOutput();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot close its half of the connection", failed);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot close its socket", failed);
        }
    }

    // ---- what it expects

    /** Reads one frame of any kind. */
    public RawFrame expectFrame() {
        try {
            return read();
        } catch (SocketTimeoutException late) {
            throw failure("expected a frame, and none came within " + PATIENCE.toSeconds() + " s");
        } catch (EOFException end) {
            throw failure("expected a frame, and the server ended the connection");
        } catch (IOException broken) {
            throw failure("expected a frame, and the connection broke: " + broken.getMessage());
        }
    }

    /**
     * Reads text messages until one has a line with this in it, and returns that line. Other text, pings and pongs are passed over; the end of the
     * connection fails.
     */
    public String expectText(String part) {
        for (RawFrame frame = expectFrame(); ; frame = expectFrame()) {
            if (frame.opcode() == RawFrame.CLOSE) {
                throw failure("expected text with " + part + " in it, and the connection was closed");
            }
            if (frame.opcode() == RawFrame.TEXT || frame.opcode() == RawFrame.CONTINUATION) {
                var line =
                        frame.text().lines().filter(text -> text.contains(part)).findFirst();
                if (line.isPresent()) {
                    return line.get();
                }
            }
        }
    }

    /**
     * Reads on until the server closes the connection with this code, answers its close frame, and reads to the end of the stream; returns
     * the reason.
     */
    public String expectClose(int code) {
        RawFrame frame = expectFrame();
        while (frame.opcode() != RawFrame.CLOSE) {
            frame = expectFrame();
        }
        if (frame.closeCode() != code) {
            throw failure("expected to be closed with " + code + ", and the code is " + frame.closeCode());
        }
        if (!closeSent) {
            try {
                sendClose(code);
            } catch (UncheckedIOException ended) {
                // The server did not wait for it.
            }
        }
        expectEnd();
        return frame.closeReason();
    }

    /** Reads on until the server ends the connection, however it does that. */
    public void expectEnd() {
        try {
            while (true) {
                read();
            }
        } catch (SocketTimeoutException late) {
            throw failure("expected the connection to end, and it did not within " + PATIENCE.toSeconds() + " s");
        } catch (IOException ended) {
            // As expected: the end of the stream, or a reset.
        }
    }

    /** Returns the frames that were read. */
    public List<RawFrame> frames() {
        return List.copyOf(came);
    }

    private RawFrame read() throws IOException {
        DataInputStream data = new DataInputStream(in);
        int first = data.readUnsignedByte();
        int second = data.readUnsignedByte();
        long length = second == 126 ? data.readUnsignedShort() : second == 127 ? data.readLong() : second;
        if (length < 0 || length > MOST_FRAME) {
            throw failure("got a frame header that no server sends: its length is " + length);
        }
        byte[] payload = data.readNBytes((int) length);
        if (payload.length < length) {
            throw new EOFException("the stream ended within a frame");
        }
        RawFrame frame = new RawFrame((first & FIN) != 0, first & 0xF, payload);
        came.add(frame);
        return frame;
    }

    private AssertionError failure(String what) {
        return new AssertionError("the raw peer " + what + "."
                + (came.isEmpty()
                        ? " No frame had come."
                        : came.stream()
                                .map(RawFrame::toString)
                                .collect(Collectors.joining("\n    ", " The frames that had come:\n    ", ""))));
    }

    private static String firstLine(String head) {
        return head.isEmpty() ? "none" : head.lines().findFirst().orElse("");
    }
}
