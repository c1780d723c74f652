package io.roomcast.it;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Batch;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Welcome;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A client written from {@code docs/protocol.md} over a plain socket. It is in one room, comes back at once whenever its connection
 * is lost, and goes on with its session. Its methods may be called from any thread.
 */
final class ResumingClient implements AutoCloseable {

    private static final int ACKNOWLEDGED_EVERY = 10;
    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

    private final int port;
    private final Thread thread;
    private volatile boolean closed;
    private volatile Socket socket = new Socket();

    // Guarded by this.
    private final Deque<Frame> unacknowledged = new ArrayDeque<>();
    private final List<String> texts = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private OutputStream out = OutputStream.nullOutputStream();
    private boolean welcomed;
    private String peer = "";
    private String token = "";
    private int attempts;
    private int resumes;
    private long received;
    private long acknowledgedByServer;
    private int roomNumber;

    ResumingClient(int port, String room) {
        this.port = port;
        unacknowledged.add(Frame.newBuilder()
                .setJoin(Join.newBuilder().setRoom(room).setRef(1))
                .build());
        thread = new Thread(this::run, "resuming client");
        thread.setDaemon(true);
        thread.start();
    }

    // ---- for tests

    synchronized boolean isInRoom() {
        return roomNumber > 0;
    }

    /** Says something; it goes out now or with one of the next connections. */
    synchronized void say(String text) {
        Frame frame = Frame.newBuilder()
                .setMessage(Message.newBuilder()
                        .setRoom(roomNumber)
                        .setEvent("say")
                        .setPayload(ByteString.copyFromUtf8(text)))
                .build();
        unacknowledged.add(frame);
        if (welcomed) {
            write(frame);
        }
    }

    synchronized int unacknowledged() {
        return unacknowledged.size();
    }

    synchronized int count() {
        return texts.size();
    }

    synchronized List<String> texts() {
        return List.copyOf(texts);
    }

    /** Returns what it found wrong with the server. */
    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    synchronized int resumes() {
        return resumes;
    }

    synchronized String peer() {
        return peer;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        closed = true;
        socket.close();
        thread.join(10_000);
    }

    // ---- its thread

    private void run() {
        while (!closed) {
            try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket = connection;
                connection.setTcpNoDelay(true);
                DataInputStream in = new DataInputStream(new BufferedInputStream(connection.getInputStream()));
                OutputStream raw = connection.getOutputStream();
                raw.write(("GET /roomcast HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Protocol: roomcast.v1.protobuf\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                readResponse(in);
                synchronized (this) {
                    out = raw;
                    hello();
                }
                while (readMessage(in)) {}
            } catch (IOException lost) {
                // It comes back.
            } finally {
                synchronized (this) {
                    out = OutputStream.nullOutputStream();
                    welcomed = false;
                }
            }
        }
    }

    private static void readResponse(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("refused: " + head);
        }
    }

    private synchronized void hello() {
        attempts = token.isEmpty() ? 0 : attempts + 1;
        write(Frame.newBuilder()
                .setHello(Hello.newBuilder()
                        .setAgent("it")
                        .setResumable(true)
                        .setResume(token)
                        .setReceived(received)
                        .setAttempt(attempts))
                .build());
    }

    private boolean readMessage(DataInputStream in) throws IOException {
        int opcode = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = (int) in.readLong();
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        switch (opcode) {
            case 0x82 -> arrived(payload);
            case 0x88 -> {
                fault("closed with " + ByteBuffer.wrap(payload).getShort());
                return false;
            }
            case 0x89 -> writeMessage(0x8a, payload);
            default -> fault("opcode " + opcode);
        }
        return true;
    }

    private synchronized void arrived(byte[] message) throws IOException {
        for (ByteString element : Batch.parseFrom(message).getFramesList()) {
            CodedInputStream in = element.newCodedInput();
            int route = in.readRawVarint32();
            ByteString body = element.substring(in.getTotalBytesRead());
            if (route > 0) {
                received();
                texts.add(body.toStringUtf8());
            } else {
                arrived(Frame.parseFrom(body));
            }
        }
    }

    private void arrived(Frame frame) {
        switch (frame.getBodyCase()) {
            case WELCOME -> welcomed(frame.getWelcome());
            case ACK -> acknowledged(frame.getAck().getReceived());
            case PONG, GO_AWAY -> {}
            default -> {
                received();
                switch (frame.getBodyCase()) {
                    case JOINED -> roomNumber = frame.getJoined().getNumber();
                    case MESSAGE -> texts.add(frame.getMessage().getPayload().toStringUtf8());
                    case ROUTE -> {}
                    default -> fault("unexpected " + frame);
                }
            }
        }
    }

    private void welcomed(Welcome welcome) {
        if (welcome.getResumed() != !token.isEmpty()) {
            fault("resumed is " + welcome.getResumed() + " after a hello with the token '" + token + "'");
        } else if (welcome.getResumed() && !welcome.getPeer().equals(peer)) {
            fault("peer " + welcome.getPeer() + " instead of " + peer);
        }
        resumes += welcome.getResumed() ? 1 : 0;
        peer = welcome.getPeer();
        token = welcome.getResume();
        acknowledged(welcome.getReceived());
        welcomed = true;
        acknowledge();
        unacknowledged.forEach(this::write);
    }

    private void acknowledged(long number) {
        if (number > acknowledgedByServer + unacknowledged.size()) {
            fault("ack of " + number + ", sent were " + (acknowledgedByServer + unacknowledged.size()));
            return;
        }
        for (; acknowledgedByServer < number; acknowledgedByServer++) {
            unacknowledged.remove();
        }
    }

    private void received() {
        received++;
        if (welcomed && received % ACKNOWLEDGED_EVERY == 0) {
            acknowledge();
        }
    }

    private void acknowledge() {
        write(Frame.newBuilder().setAck(Ack.newBuilder().setReceived(received)).build());
    }

    private synchronized void fault(String what) {
        faults.add(what);
    }

    private void write(Frame frame) {
        writeMessage(
                0x82,
                Batch.newBuilder()
                        .addFrames(ByteString.copyFrom(new byte[] {0}).concat(frame.toByteString()))
                        .build()
                        .toByteArray());
    }

    private synchronized void writeMessage(int opcode, byte[] payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length + 8);
        bytes.write(opcode);
        if (payload.length < 126) {
            bytes.write(0x80 | payload.length);
        } else {
            bytes.write(0x80 | 126);
            bytes.write(payload.length >> 8);
            bytes.write(payload.length);
        }
        bytes.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            bytes.write(payload[i] ^ MASK[i % MASK.length]);
        }
        try {
            out.write(bytes.toByteArray());
        } catch (IOException lost) {
            // Its thread notices too, and comes back.
        }
    }
}
