package io.roomcast.runtime.transport.undertow;

import io.roomcast.runtime.transport.ConnectionListener;
import io.roomcast.runtime.transport.MessageType;
import java.nio.ByteBuffer;

/** Does nothing. */
class Nothing implements ConnectionListener {

    @Override
    public void onMessage(MessageType type, ByteBuffer payload) {}

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(int code, String reason) {}
}
