package io.roomcast.load;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * What a coordinator and an agent say to each other over TCP: a byte for the kind, four for the length, and that many bytes of UTF-8: properties, or the JSON of a run. Reading belongs
 * to one thread; writing is safe from any.
 */
final class AgentWire implements AutoCloseable {

    /** What a frame is. */
    enum Kind {
        /** What to run; the coordinator's first. */
        JOB,
        /** The agent can run it. */
        READY,
        /** It cannot, or did not; why. */
        REFUSED,
        /** When to begin. */
        GO,
        /** A second is over. */
        PROGRESS,
        /** To end at once. */
        STOP,
        /** What does not stand in the run. */
        FLAGS,
        /** The run, as JSON; the agent's last. */
        RUN
    }

    private static final int MOST_BYTES = 512 << 20;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    /** One frame. */
    record Frame(Kind kind, String text) {

        Properties properties() throws IOException {
            Properties properties = new Properties();
            properties.load(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
            return properties;
        }
    }

    AgentWire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }

    void send(Kind kind, Properties properties) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        properties.store(bytes, null);
        send(kind, bytes.toString(StandardCharsets.ISO_8859_1));
    }

    synchronized void send(Kind kind, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(kind.ordinal());
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
    }

    /** Waits for a frame. @throws EOFException if the other side has gone */
    Frame receive() throws IOException {
        int kind = in.readUnsignedByte();
        int length = in.readInt();
        if (kind >= Kind.values().length || length < 0 || length > MOST_BYTES) {
            throw new IOException("the other side speaks something else: kind " + kind + ", " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the other side has gone in the middle of a frame");
        }
        return new Frame(Kind.values()[kind], new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
