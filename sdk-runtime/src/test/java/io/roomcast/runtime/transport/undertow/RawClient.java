package io.roomcast.runtime.transport.undertow;

import io.roomcast.runtime.transport.websocket.FrameWriter;
import io.roomcast.runtime.transport.websocket.Opcode;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A WebSocket client that sends whatever bytes it is told to. */
final class RawClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int KEY = 0x1F2E3D4C;

    final Socket socket;
    private final InputStream in;

    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        this.in = new java.io.BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    static RawClient connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", address.getPort()), TIMEOUT_MILLIS);
        return new RawClient(socket);
    }

    static RawClient open(InetSocketAddress address) throws IOException {
        RawClient client = connect(address);
        client.send(goodHandshake(address.getPort()));
        String head = client.readHead();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("the handshake was answered " + head);
        }
        return client;
    }

    static String goodHandshake(int port) {
        return "GET /roomcast HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: echo\r\nOrigin: http://127.0.0.1:" + port + "\r\n\r\n";
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void sendFrame(int opcode, byte[] payload) throws IOException {
        send(frame(true, opcode, payload));
    }

    static byte[] frame(boolean last, int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        FrameWriter.putMaskedFrame(frame, last, opcode, ByteBuffer.wrap(payload), KEY);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    static byte[] close(int code) {
        return frame(true, Opcode.CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
    }

    /** Reads an HTTP response's head. */
    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** Reads everything until the server ends the connection. */
    String readToEnd() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    Frame readFrame() throws IOException {
        DataInputStream data = new DataInputStream(in);
        int first = data.readUnsignedByte();
        int second = data.readUnsignedByte();
        long length = second == 126 ? data.readUnsignedShort() : second == 127 ? data.readLong() : second;
        byte[] payload = new byte[(int) length];
        data.readFully(payload);
        return new Frame(first, payload);
    }

    /** Reads frames up to the close frame, then wants the end of the stream, and returns the code. */
    int readClose() throws IOException {
        Frame frame = readFrame();
        while (frame.opcode() != Opcode.CLOSE) {
            frame = readFrame();
        }
        try {
            readFrame();
        } catch (EOFException e) {
            return frame.code();
        }
        throw new IOException("a frame came after the close frame");
    }

    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    /** Cuts the connection with RST. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    record Frame(int first, byte[] payload) {

        int opcode() {
            return first & 0xF;
        }

        int code() {
            return payload.length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        }

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }
}
