package io.roomcast.runtime.transport;

/** The two kinds of WebSocket data messages. */
public enum MessageType {
    TEXT,
    BINARY
}
