/**
 * The WebSocket protocol, RFC 6455, over any stream of bytes: {@link io.roomcast.runtime.transport.websocket.FrameReader}
 * takes frames apart, {@link io.roomcast.runtime.transport.websocket.FrameWriter} makes them,
 * {@link io.roomcast.runtime.transport.websocket.WebSocketConnection} is the life of a connection on a
 * {@link io.roomcast.runtime.transport.websocket.ByteStream}.
 */
@NullMarked
package io.roomcast.runtime.transport.websocket;

import org.jspecify.annotations.NullMarked;
