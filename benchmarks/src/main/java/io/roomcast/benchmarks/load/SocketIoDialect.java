package io.roomcast.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Socket.IO, protocol 5, in Engine.IO, protocol 4, over WebSocket only: each packet is a text message. A payload is the one
 * argument of an event; the room is named in the query of the handshake. Answers are acknowledgements.
 */
public final class SocketIoDialect implements Dialect {

    private static final byte[] CONNECT = ascii("40");
    private static final byte[] PONG = ascii("3");
    private static final byte[] EVENT = ascii("42[\"message\",\"");
    private static final byte[] ANSWER = ascii("43");
    private static final byte[] PING = ascii("2");
    private static final byte[] OPEN = ascii("0{");
    private static final byte[] END = ascii("\"]");

    @Override
    public String path(String room) {
        return "/socket.io/?EIO=4&transport=websocket&room=" + room;
    }

    @Override
    public @Nullable String subprotocol() {
        return null;
    }

    @Override
    public boolean text() {
        return true;
    }

    @Override
    public SignalForm signals() {
        return SignalForm.JSON_EACH;
    }

    @Override
    public Conversation converse(String room) {
        return new SocketIoConversation();
    }

    private static final class SocketIoConversation implements Conversation {

        private boolean joined;
        private long asked;
        private long answered;

        @Override
        public void opened(Line line) {}

        @Override
        public boolean joined() {
            return joined;
        }

        @Override
        public void publish(byte[] payload, Line line) {
            line.send(join(EVENT, payload));
        }

        @Override
        public void tell(Conversation addressee, byte[] payload, Line line) {
            throw new UnsupportedOperationException("signals are not sent to Socket.IO servers");
        }

        @Override
        public void ask(byte[] payload, Line line) {
            line.send(join(ascii("42" + asked++ + "[\"message\",\""), payload));
        }

        private static byte[] join(byte[] head, byte[] payload) {
            return ByteBuffer.allocate(head.length + payload.length + END.length)
                    .put(head)
                    .put(payload)
                    .put(END)
                    .array();
        }

        @Override
        public void received(ByteBuffer packet, Line line, Heard heard) throws IOException, VoidRunException {
            if (startsWith(packet, EVENT)) {
                argument(packet, EVENT.length, heard);
            } else if (startsWith(packet, ANSWER)) {
                byte[] head = ascii("43" + answered++ + "[\"");
                if (!startsWith(packet, head)) {
                    throw notUnderstood(packet);
                }
                argument(packet, head.length, heard);
            } else if (startsWith(packet, PING)) {
                line.send(PONG);
            } else if (startsWith(packet, OPEN)) {
                line.send(CONNECT);
            } else if (startsWith(packet, CONNECT)) {
                joined = true;
            } else {
                throw notUnderstood(packet);
            }
        }

        private static void argument(ByteBuffer packet, int headLength, Heard heard)
                throws IOException, VoidRunException {
            int length = packet.remaining() - headLength - END.length;
            int end = packet.limit() - END.length;
            if (length < 0 || packet.get(end) != '"' || packet.get(end + 1) != ']') {
                throw notUnderstood(packet);
            }
            heard.payload(packet, packet.position() + headLength, length);
        }

        private static boolean startsWith(ByteBuffer packet, byte[] head) {
            if (packet.remaining() < head.length) {
                return false;
            }
            for (int i = 0; i < head.length; i++) {
                if (packet.get(packet.position() + i) != head[i]) {
                    return false;
                }
            }
            return true;
        }

        private static VoidRunException notUnderstood(ByteBuffer packet) {
            return new VoidRunException("the server said " + StandardCharsets.UTF_8.decode(packet.duplicate())
                    + ", which was not expected");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
