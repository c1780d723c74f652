package io.roomcast.benchmarks.load;

import java.io.IOException;
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
    public boolean text() {
        return false;
    }

    @Override
    public SignalForm signals() {
        return SignalForm.JSON_EACH;
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
        public void tell(Conversation addressee, byte[] payload, Line line) {
            line.send(payload);
        }

        @Override
        public void ask(byte[] payload, Line line) {
            line.send(payload);
        }

        @Override
        public void received(ByteBuffer message, Line line, Heard heard) throws IOException, VoidRunException {
            heard.payload(message, message.position(), message.remaining());
        }
    }
}
