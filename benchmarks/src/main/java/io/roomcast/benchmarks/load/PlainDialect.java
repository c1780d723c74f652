package io.roomcast.benchmarks.load;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A room is a request path, a payload is a message, and nothing else is said: the minimal servers. */
public final class PlainDialect implements Dialect {

    @Override
    public String path(String room) {
        return "/" + room;
    }

    @Override
    public @Nullable String subprotocol() {
        return null;
    }

    @Override
    public Conversation converse(String room) {
        return PlainConversation.INSTANCE;
    }

    private enum PlainConversation implements Conversation {
        INSTANCE;

        @Override
        public void opened(Line line) {}

        @Override
        public boolean joined() {
            return true;
        }

        @Override
        public void publish(byte[] payload, Line line) {
            line.send(payload);
        }

        @Override
        public void received(ByteBuffer message, Line line, Heard heard) throws VoidRunException {
            heard.payload(message, message.position(), message.remaining());
        }
    }
}
